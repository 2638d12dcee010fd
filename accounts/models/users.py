"""The people who use the portal."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Finds users by either of the two names they may sign in with."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """A person. Emptied when they leave, never deleted: events name them by a plain id."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(_("user name"), max_length=64, unique=True)
    phone = models.CharField(_("mobile number"), max_length=20, unique=True, null=True, blank=True)
    phone_confirmed_at = models.DateTimeField(null=True, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    # Notices go to a confirmed address only: a mistyped one is somebody else's letter box.
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    # One field: a Chinese name is not a first and a last name.
    name = models.CharField(_("name"), max_length=64)
    language = models.CharField(max_length=10, default="zh-hans")
    elder = models.BooleanField(_("large type"), default=False)
    is_active = models.BooleanField(default=True)
    registered_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

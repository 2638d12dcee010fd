from accounts.models.audit import AuditEntry
from accounts.models.codes import OneTimeCode
from accounts.models.heartbeats import Heartbeat
from accounts.models.once import OnceKey
from accounts.models.users import User

__all__ = ["AuditEntry", "Heartbeat", "OnceKey", "OneTimeCode", "User"]

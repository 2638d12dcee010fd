"""What programs send and are answered: map."""

from typing import Any

from rest_framework import serializers

from communities.models import ServiceMode


class PointOut(serializers.Serializer[Any]):
    """Longitude, then latitude: WGS 84."""

    type = serializers.CharField(default="Point")
    coordinates = serializers.ListField(child=serializers.FloatField())


class AboutOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    community = serializers.CharField()
    mode = serializers.ChoiceField(choices=ServiceMode.choices)
    served = serializers.CharField(help_text="The mode in words.")
    households = serializers.IntegerField()
    url = serializers.CharField(help_text="The page of the estate.")


class FeatureOut(serializers.Serializer[Any]):
    type = serializers.CharField(default="Feature")
    geometry = PointOut()
    properties = AboutOut()


class FeaturesOut(serializers.Serializer[Any]):
    """A FeatureCollection of RFC 7946; `more`: ask again with the bounds that are looked at."""

    type = serializers.CharField(default="FeatureCollection")
    features = FeatureOut(many=True)
    more = serializers.BooleanField()

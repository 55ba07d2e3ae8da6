"""Brand, place, team, member, role: who we are."""

from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from egards.accounts.scope import Scope, ScopedQuerySet
from egards.core.clock import now
from egards.core.ids import new_id
from egards.core.text import sort_key
from egards.core.working_hours import Calendar


def weekdays_nine_to_six() -> dict[str, list[list[str]]]:
    """Return the hours of a house that has not said its own: Monday to Friday, 9 h to 18 h."""
    return {str(day): [["09:00", "18:00"]] for day in range(1, 6)}


class Hours(models.Model):
    """When people are there: of a team, a telephone, a place. Public holidays are days off."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey("Brand", on_delete=models.CASCADE, related_name="all_hours")
    name = models.CharField(_("name"), max_length=120)
    zone = models.CharField(_("time zone"), max_length=40, default="Europe/Paris", help_text="IANA name.")
    week = models.JSONField(
        default=weekdays_nine_to_six, help_text="ISO weekday (1 is Monday) → slots of « HH:MM », end excluded."
    )
    subdivision = models.CharField(max_length=8, blank=True, help_text="ISO 3166-2 part with holidays of its own.")
    closures = ArrayField(models.DateField(), default=list, blank=True, help_text="Days off beside holidays.")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="hours_name_in_brand")]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Hours of the scope's brands."""
        return scope.brand_and_place("brand_id")

    def calendar(self) -> Calendar:
        """Return these hours as the plain value that rules count with."""
        week = {
            int(day): tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in slots)
            for day, slots in self.week.items()
        }
        return Calendar(self.zone, week, subdivision=self.subdivision, closures=frozenset(self.closures))


class Brand(models.Model):
    """A name under which customers know us, and how they reach us. The fence between members runs here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(unique=True)
    site = models.URLField(_("website"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True, help_text="As customers dial it.")
    phone_hours = models.ForeignKey(Hours, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    email = models.EmailField(_("e-mail address"), blank=True, help_text="Where customers write to us.")
    postal_address = models.TextField(_("postal address"), blank=True)
    mediator = models.TextField(_("consumer mediator"), blank=True, help_text="Name, address, website.")
    legal_notice = models.TextField(_("legal notice"), blank=True)
    privacy_notice = models.TextField(_("privacy notice"), blank=True)
    hours = models.ForeignKey(Hours, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    default_team = models.ForeignKey("Team", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    answer_minutes = models.PositiveIntegerField(
        _("answer within"), default=9 * 60, help_text="Working minutes before a person has answered."
    )
    first_answer_minutes = models.PositiveIntegerField(
        _("first answer within"), default=4 * 60, help_text="The same, for a customer's first contact ever."
    )
    reopened_within_days = models.PositiveIntegerField(
        _("an answer opens a resolved conversation again for"),
        default=14,
        help_text="Days; later, an answer opens another conversation, linked to it.",
    )
    call_slot_minutes = models.PositiveIntegerField(_("call-back slot"), default=60)
    calls_per_slot = models.PositiveIntegerField(_("call-backs per slot"), default=2)

    objects = ScopedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Brands of the scope."""
        return scope.brand_and_place("id")


class Place(models.Model):
    """A store, agency or dealership that customers visit and rate."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="places")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField()
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    postal_address = models.TextField(_("postal address"), blank=True)
    hours = models.ForeignKey(Hours, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "slug"], name="place_slug_in_brand")]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Places of the scope's brands."""
        return scope.brand_and_place("brand_id", "id")


class Team(models.Model):
    """Members who answer together for one brand."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("direct line"), max_length=40, blank=True)
    hours = models.ForeignKey(Hours, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="team_name_in_brand")]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Teams of the scope's brands."""
        return scope.brand_and_place("brand_id")


class MemberManager(BaseUserManager["Member"]):
    """Members are made by ``actions.add_member``; this serves Django and allauth."""

    def get_by_natural_key(self, username: str | None) -> Member:
        """Find a member by e-mail address, whatever its case."""
        return self.get(email__iexact=username)


class Member(AbstractBaseUser):
    """One of us. Signs in by e-mail address; what they may do comes from their roles."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    sort_key = models.CharField(max_length=240, editable=False)
    phone = models.CharField(_("direct line"), max_length=40, blank=True, help_text="Shown to customers they answer.")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = MemberManager()

    def __str__(self) -> str:
        return self.name

    def rename(self, name: str) -> None:
        """Give the member a name, with the key that lists sort by. The caller saves."""
        self.name = name
        self.sort_key = sort_key(name)

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Members who hold a role in one of the scope's brands."""
        return models.Q() if scope.is_house else models.Q(roles__brand_id__in=scope.all_brands)


class Role(models.Model):
    """A role that a member holds, for one brand or (administrators) the whole house, maybe at one place."""

    class Name(models.TextChoices):
        """The seven roles; what each may do is written in ``policy.py``."""

        ADVISER = "adviser", _("adviser")
        MANAGER = "manager", _("manager")
        STORE = "store", _("store")
        EXPERT = "expert", _("expert")
        PEOPLE = "people", _("people")
        DATA = "data", _("data protection")
        ADMIN = "admin", _("administrator")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="roles")
    name = models.CharField(max_length=12, choices=Name.choices)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, related_name="members")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "name", "brand", "place"], name="role_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(name="admin") | models.Q(brand__isnull=False), name="role_has_brand_unless_admin"
            ),
        ]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Roles in the scope's brands."""
        return scope.brand_and_place("brand_id")


class JournalEntry(models.Model):
    """What a member or the house did: ids and verbs only, append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=now)
    by = models.UUIDField(null=True, help_text="The member; null is the house itself.")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    detail = models.JSONField(default=dict, help_text="Ids and counts, never a personal word.")

    class Meta:
        indexes = [models.Index(fields=["subject_id", "id"], name="journal_subject")]

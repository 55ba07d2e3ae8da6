"""Notices call members, not customers: ids and codes only."""

from __future__ import annotations

from egards.core.forget import Place, SilentPlace

PLACES: tuple[Place, ...] = (SilentPlace("notifications_notice", "identifiants, codes et dates : qui est appelé où"),)

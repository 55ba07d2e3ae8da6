"""Django's WSGI entry."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egards.config.settings")
application = get_wsgi_application()

from egards.core.house_mark import learn_mark  # noqa: E402 (models are read only once Django is ready)

learn_mark()

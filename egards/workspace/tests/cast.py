from tests.cast import *  # noqa: F403 (leaves once everybody imports tests.cast)
from tests.cast import PASSWORD, Cast, cast, newcomer  # noqa: F401

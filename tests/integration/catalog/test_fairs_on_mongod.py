"""What is true of the catalog on a store in memory is true on MongoDB."""

from tests.unit.catalog.test_fairs import *  # noqa: F403 - the suite is run again, with this folder's fixtures

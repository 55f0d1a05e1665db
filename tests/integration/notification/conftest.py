from tests.unit.notification.conftest import make_rig, service

__all__ = ["make_rig", "service"]

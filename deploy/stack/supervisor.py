"""The whole of Pavilion on one machine: servers, topics, services, and what keeps them running."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Self, TypeVar

from deploy.stack import externals, mesh
from deploy.stack.accounts import issuer_of, write_accounts
from deploy.stack.errors import KafkaUnavailable, StackError, one_error
from deploy.stack.kafka import KafkaCluster
from deploy.stack.kafka_tools import is_prepared
from deploy.stack.keeper import Keeper
from deploy.stack.lock import DataLock
from deploy.stack.mail import MailCatcher
from deploy.stack.mesh import Mesh
from deploy.stack.mongod import Mongod
from deploy.stack.options import Options, address
from deploy.stack.portplan import PortPlan
from deploy.stack.ports import LOOPBACK
from deploy.stack.process import Child
from deploy.stack.progress import Notes, Reporter
from deploy.stack.server import Server
from deploy.stack.services import ServiceProcess, portal_environment, service_environment
from shared.runtime.auth import Issuer, Principal

S = TypeVar("S", bound=Server)

DISK_FREE_MIN_MB = 600
_SERVICE_GRACE_SECONDS = 20.0


class Stack:
    """Everything that `make up` starts; an async context manager, for tests as well.

    It ends with its owner: all processes are children that the kernel kills when the thread that started
    them ends. `Options.restart_dead` False leaves dead processes dead, for tests that bring them back themselves.
    """

    def __init__(self, options: Options, reporter: Reporter | None = None) -> None:
        self.options = options
        self.report: Reporter = reporter or Notes()
        self.issuer: Issuer
        self.mongo_url = options.mongo or ""
        self.bootstrap = options.kafka or ""
        self.broker_kind = options.broker or "kafka"
        self.smtp: tuple[str, int] = (LOOPBACK, 0)
        self.mongod: Mongod | None = None
        self.broker: KafkaCluster | Mesh | None = None
        self.mail: MailCatcher | None = None
        self.services: dict[str, list[ServiceProcess]] = {}
        self._service_ports: dict[str, list[int]] = {}
        self._lock = DataLock(options.data)
        self._ports = PortPlan(options.data)
        self._keeper = Keeper(self.report.say, patience_seconds=options.patience_seconds)
        self._keeping: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The public address: the portal's, or the first service's where no portal runs."""
        ports = self._service_ports.get("portal") or next(iter(self._service_ports.values()))
        return f"http://{LOOPBACK}:{ports[0]}"

    def service_urls(self, service: str) -> list[str]:
        """The addresses of a service's processes."""
        return [process.url for process in self.services[service]]

    def token_for(self, principal: Principal, ttl: timedelta = timedelta(hours=1)) -> str:
        """A token with which `principal` may call the services."""
        return self.issuer.mint(principal, ttl)

    async def start(self) -> Self:
        """Start everything and wait until every service is ready.

        Raises StackError with what is wrong and what to do; nothing is left running then.
        """
        if self._lock.take():
            self.report.say("The last run did not end in order; its data is taken over as it is.")
        try:
            self._enough_disk()
            self._give_ports()
            async with one_error(), asyncio.TaskGroup() as group:
                group.create_task(asyncio.to_thread(self._prepare_issuer))
                group.create_task(self._start_mongod())
                group.create_task(self._start_broker())
                group.create_task(self._start_mail())
            await self._start_services()
        except BaseException:
            await self.stop()
            raise
        self._lock.tell(self.url, broker=self.broker_kind, bootstrap=self.bootstrap)
        if self.options.restart_dead:
            self._keeping = asyncio.create_task(self._keeper.run())
        return self

    async def stop(self) -> None:
        """Stop everything in order: first who asks, last who stores."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])
            self._keeping = None
        for name in reversed(self.services):
            await asyncio.gather(*(process.stop(_SERVICE_GRACE_SECONDS) for process in self.services[name]))
        for server in (self.mail, self.broker, self.mongod):
            if server is not None:
                await server.stop()
        self._lock.release()

    def kill_all(self) -> None:
        """End every process at once, for whoever does not want to wait for `stop`."""
        for child in self.children():
            child.signal(signal.SIGKILL)

    def children(self) -> list[Child]:
        """Every process that was started, servers first."""
        servers: list[Server | None] = [self.mongod, self.broker, self.mail]
        servers += [process for own in self.services.values() for process in own]
        return [child for server in servers if server is not None for child in server.children()]

    async def failed(self) -> None:
        """Wait until the stack cannot be kept running, and raise the StackError that says why."""
        if self._keeping is None:
            raise RuntimeError("nothing is kept running by this stack")
        await asyncio.shield(self._keeping)

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def kill(self, service: str, index: int = 0) -> None:
        """End one process of a service as a power cut would."""
        await self.services[service][index].kill()

    async def ended(self, service: str, index: int = 0) -> None:
        """Wait until this process has ended by itself, as at a crash point."""
        await self.services[service][index].children()[0].ended()

    async def restart(self, service: str, index: int = 0, env: Mapping[str, str] | None = None) -> None:
        """Start a process that has ended, on its own port, with other extra variables if given; wait until ready."""
        process = self.services[service][index]
        if env is not None:
            process.with_environment(env)
        await process.restart()

    async def stop_broker(self) -> None:
        """Stop every broker in order, and keep it stopped until `start_broker`."""
        await _owned(self.broker).stop()

    async def start_broker(self) -> None:
        """Start the brokers again; what one in memory has forgotten, the services' relays tell it anew."""
        broker = _owned(self.broker)
        await asyncio.gather(*(broker.restart(index) for index in range(len(broker.children()))))

    async def stop_mongod(self) -> None:
        """Stop every member of the replica set in order, until `start_mongod`."""
        await _owned(self.mongod).stop()

    async def start_mongod(self) -> None:
        """Start the members again and wait until the set takes writes."""
        mongod = _owned(self.mongod)
        await asyncio.gather(*(mongod.restart(index) for index in range(len(mongod.children()))))

    def _enough_disk(self) -> None:
        free_mb = shutil.disk_usage(self.options.data).free // 1_000_000
        if free_mb < DISK_FREE_MIN_MB:
            raise StackError(
                f"The disk of {self.options.data} is full: {free_mb} MB are free, {DISK_FREE_MIN_MB} MB are needed.",
                "Free some space, or choose another place with PAVILION_DATA.",
            )

    def _give_ports(self) -> None:
        options, ports = self.options, self._ports
        for service in options.services:
            first = ports.insist(service, options.port) if service == "portal" else ports.give(service)
            more = [f"{service}-{number}" for number in range(2, options.processes.get(service, 1) + 1)]
            self._service_ports[service] = [first, *ports.give_all(more)]
        self._mongod_ports = ports.give_all(f"mongod-{n}" for n in range(1, options.mongod_members + 1))
        names = [f"kafka-{kind}-{n}" for kind in ("client", "controller") for n in range(1, options.brokers + 1)]
        self._kafka_ports = ports.give_all(names)
        self._mail_port = ports.give("mail")
        ports.save()

    def _prepare_issuer(self) -> None:
        self.issuer = issuer_of(self.options.issuer)
        write_accounts(self.options.issuer)

    async def _start_mongod(self) -> None:
        if self.options.mongo is not None:
            with self.report.step("MongoDB of PAVILION_MONGO"):
                await externals.check_mongo(self.options.mongo)
            return
        with self.report.step("mongod"):
            self.mongod = Mongod(self.options.data / "mongod", ports=self._mongod_ports)
            await self.mongod.start()
        self.mongo_url = self.mongod.url
        self._keeper.watch(self.mongod)

    async def _start_broker(self) -> None:
        if self.options.kafka is not None:
            await externals.check_kafka(self.options.kafka)
            return
        self.broker = await self._kafka_or_mesh()
        self.bootstrap = self.broker.bootstrap
        self._keeper.watch(self.broker)

    async def _kafka_or_mesh(self) -> KafkaCluster | Mesh:
        if self.options.broker == "memory":
            self.report.say(f"The in-memory broker is used, as PAVILION_BROKER says: {mesh.LIMITS}.")
        else:
            kafka = KafkaCluster(self.options.data / "kafka", brokers=self.options.brokers, ports=self._kafka_ports)
            self.broker = kafka
            try:
                with self.report.step("Apache Kafka" if is_prepared() else "Apache Kafka, fetched by Maven this once"):
                    return await kafka.start()
            except KafkaUnavailable as missing:
                if self.options.broker == "kafka":
                    raise
                self.report.say(f"The in-memory broker is used instead: {mesh.LIMITS}. ({missing.what})")
        self.broker_kind = "memory"
        self.broker = Mesh(self.options.data / "mesh", port=self._kafka_ports[0])
        with self.report.step("in-memory broker"):
            return await self.broker.start()

    async def _start_mail(self) -> None:
        if self.options.smtp is not None:
            self.smtp = address(self.options.smtp, "PAVILION_SMTP")
            return
        with self.report.step("mail catcher"):
            self.mail = MailCatcher(self.options.data, port=self._mail_port)
            await self.mail.start()
        self.smtp = (LOOPBACK, self.mail.port)
        self._keeper.watch(self.mail)

    async def _start_services(self) -> None:
        for service in self.options.services:
            self.services[service] = [
                self._process(service, index) for index in range(len(self._service_ports[service]))
            ]
        async with one_error(), asyncio.TaskGroup() as group:
            for processes in self.services.values():
                for process in processes:
                    group.create_task(self._start_service(process))

    async def _start_service(self, process: ServiceProcess) -> None:
        with self.report.step(process.name):
            await process.start()
        self._keeper.watch(process)

    def _process(self, service: str, index: int) -> ServiceProcess:
        name = service if index == 0 else f"{service} {index + 1}"
        return ServiceProcess(
            name,
            module=self.options.service_module.format(service=service),
            port=self._service_ports[service][index],
            log=self.options.logs / f"{name.replace(' ', '-')}.log",
            env=self._environment(service),
            extra=self.options.service_env.get(service, {}),
            ready_seconds=self.options.ready_seconds,
        )

    def _environment(self, service: str) -> dict[str, str]:
        servers = {
            "PAVILION_MONGO_URL": self.mongo_url,
            "PAVILION_KAFKA_BOOTSTRAP": self.bootstrap,
            "PAVILION_BROKER": self.broker_kind,
            "PAVILION_SMTP_HOST": self.smtp[0],
            "PAVILION_SMTP_PORT": str(self.smtp[1]),
            "PAVILION_PUBLIC_URL": "" if service == "portal" else self.url,
        }
        own = portal_environment(self.options.issuer, self._service_ports) if service == "portal" else {}
        return {**servers, **service_environment(service, self.options.issuer), **own}


def _owned(server: S | None) -> S:
    if server is None:
        raise RuntimeError("this server was not started by the stack")
    return server

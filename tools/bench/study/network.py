# SPDX-License-Identifier: GPL-2.0
"""The network in the guest: every stack at the far end of a link of its own.

                       .- veth --- namespace b-native (native stack)   10.9.1.2
    namespace b-near --+- gonet0 - namespace b-gonet (GoNet)           10.9.2.2
    (native stack)     '- TAP ---- load-lwip                           10.9.3.2

and for two of the same stack, namespaces b-native-a and -b, b-gonet-a and -b, each pair
joined by a bridge in b-near, with 10.9.11.1 and .2, 10.9.12.1 and .2.
"""

import os
import pathlib
from dataclasses import dataclass

from .programs import Failure, Server, run, values

TREE = pathlib.Path(__file__).resolve().parents[3]
LOAD = str(TREE / "build/tools/bench/load")
LOAD_LWIP = LOAD + "-lwip"
PINGMANY = str(TREE / "build/selftests/programs/pingmany")
HANDOFF = "/sys/module/gonet/parameters/handoff"
NEAR = "b-near"
OFFLOADS = ("tx", "sg", "tso", "gso", "gro")


@dataclass
class End:
    """An end of a link: where a program runs that is to use it."""

    ns: str
    address: str
    gonet: bool = False

    def command(self, argv):
        """The words that run a program there, with its sockets in that stack."""
        if self.gonet:
            return ["gonet-run", "-n", self.ns, *argv]
        return ["ip", "netns", "exec", self.ns, *argv]

    def load(self, *words):
        """The same for `load`, which opens GoNet's sockets itself."""
        return ["ip", "netns", "exec", self.ns, LOAD, *(["-g"] if self.gonet else []), *words]


def ip(words):
    """ip(8)."""
    run(["ip", *words.split()])


def stack_of(contender):
    """The stack that a contender is, whichever way it is set."""
    return "gonet" if contender in ("gonet", "gonet0") else contender


def module_load():
    """The module, as it was built for this kernel."""
    if not os.path.isdir("/sys/module/gonet"):
        run(["insmod", os.environ["GONET_KO"]])


def module_unload():
    """And away with it."""
    if os.path.isdir("/sys/module/gonet"):
        run(["rmmod", "gonet"])


class Network:
    """All of it, from up() to down()."""

    def __init__(self):
        self.servers = {}
        self.namespaces = []
        self.ends = {}
        self.links = []  # (namespace, device) of every end that has an MTU and offloads
        self.is_up = False

    def up(self):
        """Build it, and start the servers."""
        if self.is_up:
            return
        module_load()
        self._namespace(NEAR)
        self._native_link(NEAR, "b-native", 1)
        self._gonet_link("b-gonet", "gonet0", 2)
        self._tap("lwip0", "10.9.3.1")
        self._tap("lwip1", "10.9.4.1")
        self._native_pair()
        self._gonet_pair()
        self.is_up = True
        for contender in ("native", "gonet", "lwip"):
            self._ensure_server(contender)

    def up_native(self, gonet):
        """Only the native stack and, if it is wanted, GoNet, in the module as it is."""
        self._namespace(NEAR)
        self._native_link(NEAR, "b-native", 1)
        if gonet:
            self._gonet_link("b-gonet", "gonet0", 2)
        self._ensure_server("native")

    def down(self):
        """Remove it."""
        for server in self.servers.values():
            server.stop()
        self.servers = {}
        for name in reversed(self.namespaces):
            run(["ip", "netns", "del", name], check=False)
        self.namespaces, self.links, self.ends = [], [], {}
        self.is_up = False

    # Building

    def _namespace(self, name):
        ip(f"netns add {name}")
        self.namespaces.append(name)
        ip(f"-n {name} link set lo up")
        run(["ip", "netns", "exec", name, "sysctl", "-q", "-w", "net.core.somaxconn=4096",
             "net.ipv4.ip_local_port_range=1024 65535", "net.ipv4.tcp_tw_reuse=1"])

    def _native_link(self, near, far, net):
        self._namespace(far)
        ip(f"link add bv{net} netns {near} type veth peer name bv{net} netns {far}")
        for ns, host in ((near, 1), (far, 2)):
            ip(f"-n {ns} addr add 10.9.{net}.{host}/24 dev bv{net}")
            ip(f"-n {ns} link set bv{net} up")
            self.links.append((ns, f"bv{net}"))
        self.ends["native", "far"] = End(far, f"10.9.{net}.2")

    def _gonet_end(self, ns, device, address):
        self._namespace(ns)
        ip(f"-n {ns} link add {device} type gonet")
        run(["gonet", "-n", ns, "addr", "add", f"{address}/24", "dev", device])
        run(["ip", "netns", "exec", ns, "sysctl", "-q", "-w",
             "net.gonet.ip_local_port_range=1024 65535", "net.gonet.tcp_tw_reuse=1"])
        ip(f"-n {ns} link set {device} netns {NEAR}")
        ip(f"-n {NEAR} link set {device} up")
        self.links.append((NEAR, device))

    def _gonet_link(self, ns, device, net):
        self._gonet_end(ns, device, f"10.9.{net}.2")
        ip(f"-n {NEAR} addr add 10.9.{net}.1/24 dev {device}")
        self.ends["gonet", "far"] = End(ns, f"10.9.{net}.2", True)

    def _tap(self, device, address):
        run(["modprobe", "tun"], check=False)  # built in, or a module
        ip(f"-n {NEAR} tuntap add dev {device} mode tap")
        ip(f"-n {NEAR} addr add {address}/24 dev {device}")
        ip(f"-n {NEAR} link set {device} up")

    def _bridge(self, name):
        ip(f"-n {NEAR} link add {name} type bridge")
        ip(f"-n {NEAR} link set {name} up")

    def _native_pair(self):
        self._bridge("bbn")
        for host, side in ((1, "a"), (2, "b")):
            ns = f"b-native-{side}"
            self._namespace(ns)
            ip(f"link add bn{side} netns {NEAR} type veth peer name bn netns {ns}")
            ip(f"-n {NEAR} link set bn{side} master bbn up")
            ip(f"-n {ns} addr add 10.9.11.{host}/24 dev bn")
            ip(f"-n {ns} link set bn up")
            self.links += [(NEAR, f"bn{side}"), (ns, "bn")]
            self.ends["native", side] = End(ns, f"10.9.11.{host}")

    def _gonet_pair(self):
        self._bridge("bbg")
        for host, side in ((1, "a"), (2, "b")):
            self._gonet_end(f"b-gonet-{side}", f"bg{side}", f"10.9.12.{host}")
            ip(f"-n {NEAR} link set bg{side} master bbg")
            self.ends["gonet", side] = End(f"b-gonet-{side}", f"10.9.12.{host}", True)

    # Using

    def end(self, contender, side="far"):
        """An end of a contender's: far, or a or b of a pair."""
        return self.ends[stack_of(contender), side]

    def near(self, contender):
        """The native end of the link to a contender."""
        net = {"native": 1, "gonet": 2, "lwip": 3}[stack_of(contender)]
        return End(NEAR, f"10.9.{net}.1")

    def address(self, contender):
        """The address of the far end."""
        return {"native": "10.9.1.2", "gonet": "10.9.2.2", "lwip": "10.9.3.2"}[stack_of(contender)]

    def select(self, contender):
        """Before a contender is measured: the module's mode, and its server."""
        if contender in ("gonet", "gonet0"):
            with open(HANDOFF, "w", encoding="ascii") as file:
                file.write("0" if contender == "gonet0" else "1")
        self._ensure_server(stack_of(contender))

    def _ensure_server(self, stack):
        server = self.servers.get(stack)
        if server and server.alive():
            return
        if server:
            server.stop()
        address = self.address(stack)
        if stack == "lwip":
            argv = ["ip", "netns", "exec", NEAR, LOAD_LWIP, "-t", "lwip0", "-a", address,
                    address, "server"]
        else:
            argv = self.end(stack).load(address, "server")
        self.servers[stack] = Server(argv, "serving")

    def load_near(self, contender, *words, timeout=90):
        """`load` as a native client of the contender's server."""
        argv = self.near(contender).load(self.address(contender), *words)
        return values(run(argv, timeout))

    def load_loop_command(self, contender, *words):
        """`load` with client and server in the stack itself."""
        if contender == "lwip":
            return ["ip", "netns", "exec", NEAR, LOAD_LWIP, "-t", "lwip1", "-a", "10.9.4.2", "-l",
                    "10.9.4.2", *words]
        return self.end(contender).load("-l", "127.0.0.1", *words)

    def load_loop(self, contender, *words, timeout=90):
        """The same, run."""
        return values(run(self.load_loop_command(contender, *words), timeout))

    def pings(self, contender, count, rounds):
        """Concurrent echo requests to the far end."""
        argv = ["ip", "netns", "exec", NEAR, PINGMANY, "-n", str(count), "-r", str(rounds),
                "-w", "3", self.address(contender)]
        found = values(run(argv, 120, check=False))
        if not found.get("received"):
            raise Failure("no ping was answered")
        return {name.removeprefix("rtt_"): value for name, value in found.items()}

    def set_links(self, mtu=1500, offloads=True):
        """Of all links but lwIP's, which has 1500 and none."""
        for ns, device in self.links:
            ip(f"-n {ns} link set {device} mtu {mtu}")
            words = [w for name in OFFLOADS for w in (name, "on" if offloads else "off")]
            # what a device does not let be changed is the same on every kernel
            run(["ip", "netns", "exec", ns, "ethtool", "-K", device, *words], check=False)
        for bridge in ("bbn", "bbg"):
            ip(f"-n {NEAR} link set {bridge} mtu {mtu}")

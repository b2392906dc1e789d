# SPDX-License-Identifier: GPL-2.0
"""wrk against nginx."""

import pathlib
import re
import tempfile

from study.network import NEAR, TREE, End
from study.part import Metric, Part, Plot
from study.programs import Failure, Server, run, wait_until

SERVERS = TREE / "build/programs/servers"
UNITS = {"us": 1, "ms": 1e3, "s": 1e6}
CONFIG = """
daemon off; worker_processes 2; user root; pid {dir}/pid; error_log stderr;
events {{ worker_connections 4096; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
    client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/fastcgi; uwsgi_temp_path {dir}/uwsgi; scgi_temp_path {dir}/scgi;
    server {{ listen {address}:8080 backlog=511; root {dir}/www; }}
}}
"""


class This(Part):
    title = "HTTP"
    about = "nginx in the stack, wrk in the native stack, connections kept."
    order = 44
    contenders = ("native", "gonet", "gonet0")
    metrics = (
        Metric("per_s", "requests a second", "1/s", "higher"),
        Metric("median_us", "median latency", "µs"),
        Metric("p99_us", "99th percentile of the latency", "µs"),
    )
    plots = (Plot("per_s", "nginx and wrk: requests a second"),)

    def cases(self, quick):
        return [{"bytes": size, "connections": n}
                for size in ((1,) if quick else (1, 4096, 1000000))
                for n in ((16,) if quick else (1, 16, 128))]

    def length(self, quick):
        """Seconds of a measurement; wrk takes whole ones."""
        return 1 if quick else 3

    def seconds(self, case, quick):
        return self.length(quick) + 1

    def measure(self, net, contender, case, quick):
        end = net.end(contender)
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            root.chmod(0o755)
            (root / "www").mkdir()
            (root / "www/file").write_bytes(b"x" * case["bytes"])
            (root / "conf").write_text(CONFIG.format(dir=folder, address=end.address))
            libraries = str(next((SERVERS / "usr/lib").glob("*-linux-gnu")))
            nginx = [str(SERVERS / "usr/sbin/nginx"), "-p", folder, "-e", "stderr",
                     "-c", f"{folder}/conf"]
            url = f"http://{end.address}:8080/file"
            client = End(NEAR, "")
            with Server(end.command(nginx), "", {"LD_LIBRARY_PATH": libraries}) as server:
                get = client.command(["curl", "-s", "-o", "/dev/null", "-f", url])
                wait_until(lambda: self.succeeds(get) or not server.alive(), 20, "nginx")
                if not server.alive():
                    raise Failure(server.said()[-300:])
                report = run(client.command(
                    ["wrk", "--latency", "-t", "1", "-c", str(case["connections"]),
                     "-d", str(self.length(quick)), url]), 60)
        return self.parse(report)

    @staticmethod
    def succeeds(argv):
        """Once."""
        try:
            run(argv, 5)
            return True
        except Failure:
            return False

    @staticmethod
    def parse(report):
        """What wrk says."""
        found = {"per_s": float(re.search(r"Requests/sec: +([\d.]+)", report)[1])}
        for name, percent in (("median_us", 50), ("p99_us", 99)):
            number, unit = re.search(rf"\b{percent}% +([\d.]+)(us|ms|s)\b", report).groups()
            found[name] = float(number) * UNITS[unit]
        return found

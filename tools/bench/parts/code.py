# SPDX-License-Identifier: GPL-2.0
"""The code comparison of the paper's section 4.2, from the sources as they are."""

import pathlib
import re
import subprocess

from study.part import HostPart

# Each step of a reassembly: what the reader should see, and the functions that do it.
STEPS = (
    ("Starting", "A fragment of a datagram that none was seen of.",
     ("module/ip/ipv4_reader.c", ("reader_find", "reader_start")),
     ("module/ip/ipv4_reasm.c", ("reasm_init", "gonet_reasm_start")),
     ("net/ipv4/ip_fragment.c", ("ip4_frag_init", "ip_find")),
     ("net/ipv4/inet_fragment.c", ("inet_frag_alloc", "inet_frag_create", "inet_frag_find"))),
    ("Adding", "A fragment finds its place, or is a duplicate, or overlaps.",
     ("module/ip/ipv4_reasm.c", ("reasm_note", "reasm_add", "reasm_step")),
     ("module/ip/logic/holes.c", None),
     ("net/ipv4/ip_fragment.c", ("ip_frag_too_far", "ip_frag_reinit", "ip_frag_queue")),
     ("net/ipv4/inet_fragment.c", ("inet_frag_queue_insert", "fragcb_clear",
                                   "fragrun_append_to_last", "fragrun_create"))),
    ("Finishing", "All is there: one packet, which goes the way of others.",
     ("module/ip/ipv4_reasm.c", ("reasm_restore_cb", "reasm_chain", "reasm_header", "reasm_build",
                                 "reasm_finish")),
     ("net/ipv4/ip_fragment.c", ("ip_frag_coalesce_ok", "ip_frag_reasm")),
     ("net/ipv4/inet_fragment.c", ("inet_frag_reasm_prepare", "inet_frag_reasm_finish"))),
    ("Cleaning up", "The rest did not come in time, or the limit is reached.",
     ("module/ip/ipv4_reasm.c", ("reasm_drop_all", "reasm_ruin", "reasm_tell_sender",
                                 "reasm_deadline", "reasm_exit")),
     ("module/ip/ipv4_reader.c", ("reader_forget", "reader_evict")),
     ("net/ipv4/ip_fragment.c", ("ip4_frag_free", "frag_expire_skip_icmp", "ip_expire")),
     ("net/ipv4/inet_fragment.c", ("inet_frag_kill", "inet_frag_destroy_rcu", "inet_frag_destroy",
                                   "inet_frag_rbtree_purge"))),
)

# Layers beside the files of the native stack that do the same; IPv4 alone where both
# families are in a file of their own.
LAYERS = (
    ("ARP and neighbours", ("module/link/arp*.c", "module/link/neigh*.c", "module/link/logic/*.c"),
     ("net/ipv4/arp.c", "net/core/neighbour.c")),
    ("IPv4 in and out, options", ("module/ip/ipv4_rx.c", "module/ip/ipv4_reader.c",
                                  "module/ip/ipv4_tx.c", "module/ip/ipv4_frag.c",
                                  "module/ip/logic/ipv4_*.c"),
     ("net/ipv4/ip_input.c", "net/ipv4/ip_output.c", "net/ipv4/ip_options.c")),
    ("Reassembly", ("module/ip/ipv4_reasm.c", "module/ip/logic/holes.c"),
     ("net/ipv4/ip_fragment.c", "net/ipv4/inet_fragment.c")),
    ("Routes and addresses", ("module/ip/addr.c", "module/ip/fib.c", "module/ip/exception.c",
                              "module/ip/route*.c", "module/ip/redirect.c", "module/ip/pmtu.c",
                              "module/ip/logic/prefix.c", "module/ip/logic/plateau.c"),
     ("net/ipv4/route.c", "net/ipv4/fib_*.c", "net/ipv4/devinet.c")),
    ("ICMP and ping", ("module/ip/icmp*.c", "module/ip/ping*.c"),
     ("net/ipv4/icmp.c", "net/ipv4/ping.c")),
    ("IGMP and groups", ("module/ip/igmp*.c", "module/ip/group.c", "module/ip/logic/igmp_*.c"),
     ("net/ipv4/igmp.c",)),
    ("UDP", ("module/udp/*.c", "module/udp/logic/*.c"),
     ("net/ipv4/udp.c", "net/ipv4/udp_offload.c")),
    ("TCP", ("module/tcp/*.c", "module/tcp/logic/*.c", "module/socket/stream*.c"),
     ("net/ipv4/tcp.c", "net/ipv4/tcp_input.c", "net/ipv4/tcp_output.c", "net/ipv4/tcp_ipv4.c",
      "net/ipv4/tcp_timer.c", "net/ipv4/tcp_minisocks.c", "net/ipv4/tcp_recovery.c",
      "net/ipv4/tcp_cong.c", "net/ipv4/tcp_cubic.c", "net/ipv4/syncookies.c",
      "net/ipv4/inet_connection_sock.c", "net/ipv4/inet_hashtables.c",
      "net/ipv4/inet_timewait_sock.c")),
)

LOCKS = re.compile(r"\b(?:raw_)?(?:spin|read|write|mutex|bh)_(?:try)?lock\w*\(|\block_sock\w*\(")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)


def functions(file):
    """Of a C file by name: statements, complexity (McCabe), first line and number of lines."""
    out = subprocess.run(["pmccabe", str(file)], check=True, capture_output=True, text=True).stdout
    found = {}
    for line in out.splitlines():
        complexity, _, statements, first, lines, where = line.split("\t")
        found[where.split(": ")[1]] = (int(statements), int(complexity), int(first), int(lines))
    return found


def code_lines(text):
    """Lines that are neither empty nor comment."""
    return sum(1 for line in COMMENT.sub("", text).splitlines() if line.strip())


def locks(text):
    """Places that take a lock."""
    return len(LOCKS.findall(COMMENT.sub("", text)))


def body(file, at):
    """The text of a function."""
    _, _, first, lines = at
    return "\n".join(file.read_text(encoding="utf-8", errors="replace")
                     .splitlines()[first - 1:first - 1 + lines])


def measure_step(places):
    """Sums over the functions of a step, and the text of them."""
    lines = complexity = locked = 0
    texts = []
    for file, names in places:
        known = functions(file)
        for name in names or known:
            if name not in known:
                raise KeyError(f"{file}: there is no function {name} any more")
            text = body(file, known[name])
            lines += code_lines(text)
            complexity += known[name][1]
            locked += locks(text)
            texts.append((file, text))
    return lines, complexity, locked, texts


def measure_layer(files):
    """Files, lines, functions, the mean and the greatest complexity, locks."""
    counts, lines, locked = [], 0, 0
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        lines += code_lines(text)
        locked += locks(text)
        counts += [complexity for _, complexity, _, _ in functions(file).values()]
    return (len(files), lines, len(counts), f"{sum(counts) / len(counts):.1f}", max(counts),
            locked)


def expand(tree, patterns):
    """The files, each once."""
    found = {file for pattern in patterns for file in tree.glob(pattern)}
    if not found:
        raise FileNotFoundError(f"{tree}: {patterns}")
    return sorted(found)


class This(HostPart):
    title = "The code beside the native stack's"
    about = ("how a datagram is reassembled in both, step by step, and lines and complexity "
             "of each layer.")
    order = 90
    file = "code.md"

    def page(self, tree, out):
        source = pathlib.Path(subprocess.run(
            [tree / "tools/kernel", "source", "--with", "net/ipv4", "net/core"], check=True,
            capture_output=True, text=True).stdout.strip())
        lines = [f"# {self.title}", "",
                 f"GoNet's sources beside those of Debian's {source.name}. Lines are those that "
                 "are neither empty nor comment; complexity is McCabe's, as pmccabe counts it; "
                 "locks are the places in the text that take one. The native stack does more in "
                 "places: hardware offloads, both families in one function, older interfaces.",
                 ""]
        lines += self.steps(tree, source) + self.layers(tree, source)
        (out / self.file).write_text("\n".join(lines) + "\n", encoding="utf-8")

    @staticmethod
    def steps(tree, source):
        """The four steps in figures, then in full."""
        lines = ["## The steps of a reassembly", "",
                 "| step | | lines | complexity | locks |", "|---|---|---|---|---|"]
        texts = []
        for name, about, *places in STEPS:
            texts += [f"### {name}", "", about, ""]
            for title, top, prefix in (("GoNet", tree, "module/"), ("native", source, "net/")):
                mine = [(top / file, names) for file, names in places if file.startswith(prefix)]
                count, complexity, locked, bodies = measure_step(mine)
                lines.append(f"| {name} | {title} | {count} | {complexity} | {locked} |")
                for file, text in bodies:
                    texts += [f"{title}, `{file.relative_to(top)}`:", "", "```c", text, "```", ""]
        return lines + [""] + texts

    @staticmethod
    def layers(tree, source):
        """A table of all."""
        lines = ["## The layers", "",
                 "| layer | | files | lines | functions | mean complexity | greatest | locks |",
                 "|---|---|---|---|---|---|---|---|"]
        for name, ours, native in LAYERS:
            for title, top, patterns in (("GoNet", tree, ours), ("native", source, native)):
                cells = " | ".join(map(str, measure_layer(expand(top, patterns))))
                lines.append(f"| {name} | {title} | {cells} |")
        return lines

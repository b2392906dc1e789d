# SPDX-License-Identifier: GPL-2.0
#
# Prints the number of the line in which the first report of a kernel's log begins, if
# there is one:
#
#	awk -f reports.awk reports LOG
#
# A report is what a line of `reports` matches. One of KCSAN's, of a race, is a report only
# if the race is ours. The kernel's own code has many, and what calls the module, or is
# called by it, is in the stacks of some. Ours is one in which a module makes one of the
# accesses itself, that is, the first function of a stack is a module's; or in which modules
# make both through functions of the kernel's, such as memcpy(), and so are among the first
# four of both stacks. What is the kernel's own is no module on the kernel that looks for
# races.

FILENAME == ARGV[1] {
	pattern = pattern (pattern == "" ? "" : "|") "(" $0 ")"
	next
}

/BUG: KCSAN: / {
	race = FNR
	stacks = through = frames = 0
	next
}
# the kernel may die before it has said all
race && (/==========/ || FNR > race + 200) {
	race = 0
}
race && / of [0-9]+ bytes by / {
	stacks++
	frames = 0
	next
}
race && stacks && /\+0x[0-9a-f]+\/0x[0-9a-f]+/ {
	if (++frames > 4 || !/\+0x[0-9a-f]+\/0x[0-9a-f]+ \[[a-z0-9_]+\]/ || stacks == through)
		next
	through++
	if (frames == 1 || through == 2) {
		print race
		exit
	}
}
race {
	next
}

$0 ~ pattern {
	print FNR
	exit
}

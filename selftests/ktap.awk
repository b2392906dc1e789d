# SPDX-License-Identifier: GPL-2.0
#
# Counts the results of a KTAP stream: its leaves, that is each `ok` and `not ok`
# line that has no results of its own indented above it. A line that has some
# counts only if it fails and none of them does.
#
# Prints, separated by tabs:
#	count PASSED FAILED SKIPPED
#	plan  PLANNED FOUND	of the outermost level, if it has a plan
#	fail  NAME		for each
#	why   TEXT		for each of the last lines of diagnostics before it
#	skip  NAME REASON	for each

# so that 1..N of a stream that is itself indented is found too
/^ *1\.\.[0-9]+/ {
	match($0, /^ */)
	if (outermost == "" || RLENGTH < outermost) {
		outermost = RLENGTH
		found = 0
	}
	if (RLENGTH == outermost) {
		plan = $0
		sub(/^ *1\.\./, "", plan)
		reason = plan
		plan += 0
		if (plan == 0 && sub(/^0 *# *SKIP */, "", reason)) {
			skipped++
			lines = lines "skip\tall\t" reason "\n"
		}
	}
	next
}

/^ *#/ {
	text = $0
	sub(/^ *# */, "", text)
	gsub(/\t/, " ", text)
	why[said++] = text
}

/^ *(not )?ok [0-9]+/ {
	match($0, /^ */)
	depth = RLENGTH
	failed = ($1 == "not")
	name = $0
	sub(/^ *(not )?ok [0-9]+ *(- )?/, "", name)
	if (outermost == "" || depth < outermost)
		outermost = depth
	if (depth == outermost)
		found++
	# results further in since the last one here or further out
	inner = inner_failed = 0
	for (d in results) {
		if (d + 0 > depth) {
			inner += results[d]
			inner_failed += bad[d]
			delete results[d]
			delete bad[d]
		}
	}
	results[depth]++
	bad[depth] += failed
	if (inner && !(failed && !inner_failed)) {
		said = 0
		next
	}
	if (match(name, / *# *SKIP */) && !failed) {
		skipped++
		lines = lines "skip\t" substr(name, 1, RSTART - 1) "\t" \
			substr(name, RSTART + RLENGTH) "\n"
	} else if (failed) {
		nr_failed++
		lines = lines "fail\t" name "\n"
		for (i = said > 12 ? said - 12 : 0; i < said; i++)
			lines = lines "why\t" why[i] "\n"
	} else {
		passed++
	}
	said = 0
}

END {
	printf "count\t%d\t%d\t%d\n", passed, nr_failed, skipped
	if (plan != "")
		printf "plan\t%d\t%d\n", plan, found
	printf "%s", lines
}

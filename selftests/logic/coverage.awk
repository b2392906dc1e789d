# SPDX-License-Identifier: GPL-2.0
#
# Sums up what `gcov -t` prints: how many of each file's lines were run, and in all. Exits
# with 1 if these are less than `least` percent. Lines that were never run go to `missing`.
# A header's lines count once, as run if any of those who include it have run them.

function percent(part, all)
{
	return all ? 100 * part / all : 100
}

/^ *-: *0:Source:/ {
	file = $0
	sub(/.*Source:/, "", file)
	sub(/^(\.\.\/)*/, "", file)
	ours = file ~ /^module\/[a-z]*\/logic\//
	if (ours && !(file in lines)) {
		files[++n] = file
		lines[file] = 0
	}
}

ours && /^ *([0-9]+\*?|#####|=====): *[1-9]/ {
	split($0, part, ":")
	at = file ":" part[2] + 0
	if (!(at in seen)) {
		lines[file]++
		order[++n_lines] = at
		seen[at] = 0
		text[at] = substr($0, length(part[1] part[2]) + 3)
	}
	if (part[1] + 0 > 0 && !seen[at]) {
		seen[at] = 1
		run[file]++
	}
}

END {
	for (i = 1; i <= n; i++) {
		all += lines[files[i]]
		done += run[files[i]]
		printf "%6.1f %%  %4d of %4d  %s\n", percent(run[files[i]], lines[files[i]]),
		       run[files[i]], lines[files[i]], files[i]
	}
	printf "%6.1f %%  %4d of %4d  in all\n", percent(done, all), done, all
	for (i = 1; i <= n_lines; i++)
		if (!seen[order[i]])
			print order[i] ":" text[order[i]] >missing
	if (!all || percent(done, all) < least) {
		print "less than " least " %"
		exit 1
	}
}

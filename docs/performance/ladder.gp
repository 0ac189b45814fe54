# SPDX-License-Identifier: Apache-2.0
# ./dev bench --accept: what a run costs against how many cards it has, both logarithmic. `rows` is what
# qianka_bench writes of the ladder (cards, wall_s, processor_s, peak_mib), `folder` where pictures go.
set datafile separator ","
set datafile columnheaders
set terminal svg size 560,420 fixed noenhanced font "sans-serif,13" background rgb "white"
set logscale x 2
set logscale y
set key top left
set xlabel "cards"
set xtics (1024, 4096, 16384, 65536, "131072" 131072)
set grid lc rgb "#dddddd"
set format y "%g"

set output folder . "/time.svg"
set title "30 days of Llama 3 405B: time of one run"
set ylabel "seconds"
f(x) = a + b*x
set fit quiet nolog
a = -5; b = 0.5
fit f(x) rows using (log(column("cards"))):(log(column("wall_s"))) via a, b
plot rows using "cards":"wall_s" title "wall clock" with linespoints pt 7 lc rgb "#2060c0", \
     rows using "cards":"processor_s" title "processor" with linespoints pt 6 lc rgb "#e08020", \
     exp(f(log(x))) title sprintf("wall clock, cards to the %.2f", b) with lines dt 2 lc rgb "#888888"

set output folder . "/memory.svg"
set title "30 days of Llama 3 405B: peak memory of one run"
set ylabel "MiB"
a = 1; b = 0.3
fit f(x) rows using (log(column("cards"))):(log(column("peak_mib"))) via a, b
plot rows using "cards":"peak_mib" title "largest process" with linespoints pt 7 lc rgb "#2060c0", \
     exp(f(log(x))) title sprintf("cards to the %.2f", b) with lines dt 2 lc rgb "#888888"

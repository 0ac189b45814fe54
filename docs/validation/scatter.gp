# SPDX-License-Identifier: Apache-2.0
# ./dev plots: predicted against measured step time of every row that can be compared, one picture for
# each group of stacks. `rows` is what `qianka validate --csv` prints, `folder` where pictures go.
set datafile separator ","
set datafile columnheaders
set terminal svg size 480,480 fixed noenhanced font "sans-serif,13" background rgb "white"
set logscale xy
set size square
set key top left
set xlabel "measured step, s"
set ylabel "predicted step, s"
set format xy "%g"
set xtics (0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
set ytics (0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
set grid lc rgb "#dddddd"
groups = "megatron fsdp internevo ascend nemo"
title(g) = g eq "megatron" ? "Megatron on Nvidia cards" : \
           g eq "fsdp" ? "FSDP and ZeRO-3" : \
           g eq "internevo" ? "InternEvo" : \
           g eq "ascend" ? "Ascend 910" : "NeMo and Megatron-Bridge"
group(stack) = strstrt(stack, "mindspeed") ? "ascend" : \
               strstrt(stack, "internevo") ? "internevo" : \
               stack eq "nemo" || stack eq "megatron-bridge" ? "nemo" : \
               stack eq "llm-foundry" || stack eq "torchtitan" || strstrt(stack, "zero3") ? "fsdp" : "megatron"
in(g, grade) = group(strcol("stack")) eq g && strcol("grade") eq grade && strlen(strcol("predicted_s")) > 0
y(g, grade) = in(g, grade) ? column("predicted_s") : NaN
do for [g in groups] {
  set output folder . "/" . g . ".svg"
  set title title(g)
  set autoscale
  stats rows using (column("measured_s")):(y(g, "A") > 0 || y(g, "B") > 0 ? column("measured_s") : NaN) nooutput
  set xrange [STATS_min_y*0.8:STATS_max_y*1.25]
  set yrange [STATS_min_y*0.8:STATS_max_y*1.25]
  plot x title "equal" with lines lc rgb "#888888", \
       x*1.1 title "10 % off" with lines dt 2 lc rgb "#bbbbbb", x/1.1 notitle with lines dt 2 lc rgb "#bbbbbb", \
       rows using (column("measured_s")):(y(g, "B")) title "grade B, usual choice" with points pt 6 ps 0.4 lc rgb "#e08020", \
       rows using (column("measured_s")):(y(g, "A")) title "grade A" with points pt 7 ps 0.4 lc rgb "#2060c0"
}

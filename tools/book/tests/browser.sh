#!/bin/sh
# Stands for a browser that prints: puts the page between the first and the last lines of a PDF, in two pieces with a
# pause between them. With BROWSER=half the last lines are missing, with BROWSER=nothing all is, and BROWSER=fails says so.
for argument; do
    case $argument in
    --print-to-pdf=*) pdf=${argument#*=} ;;
    *.html) page=$argument ;;
    esac
done
case ${BROWSER:-} in
half) echo '%PDF-1.4' >"$pdf" ;;
nothing) ;;
fails) exit 1 ;;
*) { echo '%PDF-1.4'; sleep 0.1; cat "$page"; printf 'startxref\n9\n%%%%EOF\n'; } >"$pdf" ;;
esac

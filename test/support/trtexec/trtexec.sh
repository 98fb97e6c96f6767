#!/bin/sh
# The stand-in for trtexec. Tests time engines hundreds of times, and ask for the help before every build and run, and Node.js
# takes a tenth of a second to start: the times of 10.6, which an engine's file holds, are given here, and not logged, and so is
# its help, which is. The rest is for trtexec.mjs.
recordings=${QUANTRACT_SHARED:-${0%/*}/../../../../shared}/fixtures/tensorrt/recorded-10.6-h200
if [ "$*" = --help ] && [ -z "$STAND_IN_VERSION" ]; then
  [ -z "$STAND_IN_LOG" ] || echo '["--help"]' >>"$STAND_IN_LOG"
  exec grep -v -e '^\$ ' -e '^exit ' "$recordings/run/help.log"
fi
for word; do
  case $word in
    --loadEngine=*) engine=${word#*=} ;;
    --exportTimes=*) times=${word#*=} ;;
    --loadInputs=* | --exportProfile=*) other=$word ;;
  esac
done
if [ "$engine" ] && [ "$times" ] && [ -z "$other$STAND_IN_FAILURE$STAND_IN_NO_TIMES$STAND_IN_VERSION" ] &&
  read -r name _ <"$engine"; then
  tail -n +2 "$engine" >"$times"
  exec grep -v -e '^\$ ' -e '^exit ' "$recordings/run/$name.time.log"
fi
exec "${0%/*}/trtexec.mjs" "$@"

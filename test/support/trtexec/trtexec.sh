#!/bin/sh
# The stand-in for trtexec. Tests time engines hundreds of times, and Node.js takes a tenth of a second to start: the
# times of 10.6, which an engine's file holds, are given here, and not logged. The rest is for trtexec.mjs.
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
  exec grep -v -e '^\$ ' -e '^exit ' "${QUANTRACT_SHARED:-${0%/*}/../../../../shared}/fixtures/tensorrt/recorded-10.6-h200/run/$name.time.log"
fi
exec "${0%/*}/trtexec.mjs" "$@"

#!/bin/sh
# A launcher as ssh is one: it joins its words, and a shell takes them apart again.
exec sh -c "$*"

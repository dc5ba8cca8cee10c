#!/bin/sh
# In a copy of the tree: make new-plugin NAME=sunny, and build it as VARIANT. Refuses what is no name, and a name twice.
# usage: tests/plugins/new-plugin.sh FOLDER VARIANT     FOLDER (empty) receives tree/ and build/; prints nothing
set -eu
folder=$1 variant=$2
unset MAKEFLAGS MAKELEVEL MFLAGS # of a make that runs the tests
mkdir "$folder/tree" "$folder/tree/tests"
cp -r Makefile core plugins scripts sql "$folder/tree/"
cd "$folder/tree"
make_new() { make -s new-plugin NAME="$1" >"$folder/said" 2>&1; }
for name in '' 2nd Sunny 'su nny' ../sunny 'sunny;true' kit skeleton wyndham aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; do
    if scripts/new-plugin "$name" 2>"$folder/said"; then
        echo "new-plugin took the name \"$name\"" >&2
        exit 1
    fi
done
make_new sunny
if make_new sunny; then
    echo "new-plugin made sunny twice" >&2
    exit 1
fi
if grep -ri skeleton plugins/sunny >&2; then
    echo "the copy still speaks of the skeleton" >&2
    exit 1
fi
make -s VARIANT="$variant" BUILD="$folder/build" "$folder/build/$variant/plugins/sunny.so" >"$folder/said" 2>&1 || {
    cat "$folder/said" >&2
    exit 1
}

# Rewrites a .proto into what protoc-c is given. The bytes on the wire stay the same; what changes is
# the C that comes out:
#   - a string is declared as bytes, because a C string cannot carry a NUL and loses its length;
#   - a map is the repeated entry message that it is on the wire, because a map's key cannot be bytes;
#   - services are left out, because a method name such as Default does not compile as a C identifier.

function camel(name,   words, count, i, result) {
  count = split(name, words, "_")
  result = ""
  for (i = 1; i <= count; i++) result = result toupper(substr(words[i], 1, 1)) substr(words[i], 2)
  return result
}

function codec(type) { return type == "string" ? "bytes" : type }

/^[ \t]*\/\// { next }
/^service / { skipping = 1 }
skipping { if (/^}/) skipping = 0; next }

match($0, /map<[^>]*>/) {
  split(substr($0, RSTART + 4, RLENGTH - 5), types, /, */)
  split(substr($0, RSTART + RLENGTH), words, " ")
  sub(/;.*/, "", words[3])
  entry = camel(words[1]) "Entry"
  printf "  message %s { %s key = 1; %s value = 2; }\n", entry, codec(types[1]), codec(types[2])
  printf "  repeated %s %s = %s;\n", entry, words[1], words[3]
  next
}

{
  if (match($0, /(^|[ \t])string [A-Za-z0-9_]+ *=/)) sub(/string /, "bytes ")
  print
}

# The language server: a session through a pipe, wide characters, and whatever else is sent to it.
. "$ROOT/tests/cli_lib.sh"
LC_ALL=C
export LC_ALL

# say JSON: a message as the protocol frames it.
say() {
    printf 'Content-Length: %d\r\n\r\n%s' "${#1}" "$1"
}
# serve NAME STATUS: what is on standard input goes to the server; `answers` gets one a line.
serve() {
    cat >session
    got=0
    timeout 60 "$SPOKE" lsp <session >framed 2>err || got=$?
    sed 's/Content-Length: [0-9]*\r$//' framed | tr -d '\r' | grep -v '^$' >answers || :
    sed -n 's/^.*Content-Length: \([0-9]*\)\r$/\1/p' framed >lengths
    awk '{ print length($0) }' answers >bodies
    if [ "$got" -eq "$2" ] && cmp -s lengths bodies; then
        verdict 0 "$1"
    else
        verdict 1 "$1: status $got, not $2, or lengths that do not fit"
        head -n 20 answers err
    fi
}
# answers NAME TEXT: one of the answers holds this text.
answers() {
    if grep -q -F -e "$2" answers; then
        verdict 0 "$1"
    else
        verdict 1 "$1: no answer has $2"
        cut -c1-300 answers
    fi
}
# silent NAME TEXT: none does.
silent() {
    if grep -q -F -e "$2" answers; then
        verdict 1 "$1: an answer has $2"
        cat answers
    else
        verdict 0 "$1"
    fi
}
request() { # request ID METHOD PARAMS
    say "{\"jsonrpc\":\"2.0\",\"id\":$1,\"method\":\"$2\",\"params\":$3}"
}
notify() { # notify METHOD PARAMS
    say "{\"jsonrpc\":\"2.0\",\"method\":\"$1\",\"params\":$2}"
}
begin() {
    request 0 initialize "{\"processId\":null,\"rootUri\":\"file://$PWD\",\"capabilities\":{}}"
    notify initialized '{}'
}
end() {
    request 99 shutdown null
    notify exit null
}
uri="file://$PWD/a%20script.spoke"
document="\"textDocument\":{\"uri\":\"$uri\"}"
open() { # open TEXT-AS-JSON
    notify textDocument/didOpen "{\"textDocument\":{\"uri\":\"$uri\",\"languageId\":\"spoke\",\"version\":1,\"text\":\"$1\"}}"
}
at() { # at ID METHOD LINE CHARACTER
    request "$1" "textDocument/$2" "{$document,\"position\":{\"line\":$3,\"character\":$4}}"
}

tables='table school \"Schools\" { key id; id int; name text \"What it is called\" }\ntable visit { key id; id int; school -> school; kind text one of \"site\", \"call\" }\n'

# ---- a session ----
{
    begin
    open "${tables}## Twice as much.\nfn double(x: int) -> int = x * 2\nlet n = double(21)\nprint nn\nfrom visit | where school.\n"
    at 1 hover 4 9
    at 2 definition 4 10
    at 3 completion 6 26
    at 4 hover 6 20
    request 5 textDocument/documentSymbol "{$document}"
    at 6 completion 5 6
    notify textDocument/didChange "{$document,\"contentChanges\":[{\"text\":\"let   n=1\\n\"}]}"
    request 7 textDocument/formatting "{$document}"
    notify textDocument/didClose "{$document}"
    at 8 hover 0 5
    end
} | serve "a session" 0
answers "what it can" '"positionEncoding":"utf-16"'
answers "errors are told, with what helps" '"range":{"start":{"line":5,"character":6},"end":{"line":5,"character":8}},"severity":1,"source":"spoke","message":"nothing is called `nn`'
answers "and their codes" '"code":"E0201"'
answers "a function's type and what is said about it" '{"jsonrpc":"2.0","id":1,"result":{"contents":{"kind":"markdown","value":"```spoke\nfn double(x: int) -> int\n```\n\nTwice as much."},"range":{"start":{"line":4,"character":8},"end":{"line":4,"character":14}}}}'
answers "where it is declared" "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"uri\":\"$uri\",\"range\":{\"start\":{\"line\":3,\"character\":3},\"end\":{\"line\":3,\"character\":9}}}}"
answers "columns behind a reference" '"id":3,"result":{"isIncomplete":false,"items":[{"label":"id"'
answers "with what is said about them" '"label":"name","kind":5,"sortText":"00001","detail":"text","documentation":"What it is called","textEdit":{"range":{"start":{"line":6,"character":26},"end":{"line":6,"character":26}},"newText":"name"}}]}}'
answers "a column that is a reference" 'column visit.school: -> school'
answers "what the text declares" '{"name":"visit","detail":"table","kind":23,"range":{"start":{"line":1,"character":0}'
answers "and in it" '"children":[{"name":"id","detail":"column","kind":8'
answers "names of the script" '{"label":"n","kind":6,'
answers "the house style" '{"jsonrpc":"2.0","id":7,"result":[{"range":{"start":{"line":0,"character":0},"end":{"line":1,"character":0}},"newText":"let n = 1\n"}]}'
answers "no errors any more" "\"params\":{\"uri\":\"$uri\",\"diagnostics\":[]}"
answers "a closed document is not known" '"id":8,"error":{"code":-32602'
answers "the end" '{"jsonrpc":"2.0","id":99,"result":null}'

# ---- characters beyond the basic plane are two units, one character, four bytes ----
{
    begin
    open 'let a = \"😀é\"; print zz\nlet grüße = 1; let b = \"𝄞\"; print grü\n'
    at 1 hover 1 5
    at 2 completion 1 38
    end
} | serve "wide characters" 0
answers "an error behind them" '"range":{"start":{"line":0,"character":21},"end":{"line":0,"character":23}}'
answers "a name with letters of two bytes" '"range":{"start":{"line":1,"character":4},"end":{"line":1,"character":9}}'
answers "a word to complete" '"textEdit":{"range":{"start":{"line":1,"character":35},"end":{"line":1,"character":38}},"newText":"grüße"}'

# ---- other files ----
printf 'fn helped(x) = x + 1\n' >helper.spoke
{
    begin
    open 'use \"helper.spoke\" as helper\nprint helper.helped(1)\nprint helper.'
    at 1 definition 1 15
    at 2 completion 2 13
    end
} | serve "used files" 0
answers "a definition in one" "\"uri\":\"file://$PWD/helper.spoke\",\"range\":{\"start\":{\"line\":0,\"character\":3},\"end\":{\"line\":0,\"character\":9}}"
answers "its names" '"label":"helped","kind":3'

# ---- what is not as it should be ----
{
    request 1 textDocument/hover '{}'
    begin
    request 2 no/such/method '{}'
    request '"three"' textDocument/hover '{"textDocument":7}'
    open 'print 1\n'
    request 4 textDocument/hover "{$document}"
    at 5 completion 4000000 4000000
    at 6 hover -5 -5
    say '[]'
    say '{"jsonrpc":"2.0","id":7}'
    say 'this is no json'
    say ''
    printf 'Content-Length: 99999999999999999999\r\n\r\n'
    printf '{"a":"body that belongs to it"}'
    request 12 after/it '{}'
    printf 'garbage without a header\r\n\r\n'
    head -c 9000 /dev/zero
    request 13 after/zeros '{}'
    printf 'Content-Length: many\r\n\r\n'
    printf 'content-length: 10\r\nContent-Type: x\r\n\r\n{"id":  8}'
    notify textDocument/didChange "{$document,\"contentChanges\":[]}"
    notify textDocument/didChange "{$document,\"contentChanges\":[{\"range\":{},\"text\":\"x\"}]}"
    notify textDocument/didOpen '{"textDocument":{"uri":5,"text":"x"}}'
    notify some/notification '{}'
    request 9 initialize '{}'
    request 10 shutdown null
    request 11 textDocument/hover "{$document}"
    notify exit null
} | serve "a bad session" 0
answers "before the beginning" '"id":1,"error":{"code":-32002'
answers "an unknown method" '"id":2,"error":{"code":-32601'
answers "an id that is a text, parameters that are none" '"id":"three","error":{"code":-32602'
answers "no position" '"id":4,"error":{"code":-32602'
answers "a place far behind the end" '"id":5,"result":{"isIncomplete":false'
answers "a place before the beginning" '"id":6,"result":'
answers "a list of messages" '"id":null,"error":{"code":-32600,"message":"a message is an object"}'
answers "a message without a method" '"id":7,"error":{"code":-32600'
answers "no JSON" '"id":null,"error":{"code":-32700,"message":"this is no JSON"}'
answers "a length beyond all measure" '"message":"this message is too long"'
answers "what comes behind its body" '"id":12,"error":{"code":-32601'
answers "and behind a long line of zeros" '"id":13,"error":{"code":-32601'
answers "no length" '"message":"a message begins with Content-Length"'
answers "a header in small letters" '"id":8,"error":{"code":-32600'
answers "a second beginning" '"id":9,"error":{"code":-32600'
answers "after the end" '"id":11,"error":{"code":-32600'

printf 'Content-Length: 100\r\n\r\n{"cut' | serve "an input that ends early" 1
notify exit null | serve "exit without shutdown" 1
head -c 20000 /dev/urandom | serve "bytes of any kind" 1
printf '' | serve "no input" 1

# ---- no store is made, and one that is there is read ----
{
    begin
    open 'store \"none.db\"\ntable pupil { key id; id int }\nfrom pupil | where i\n'
    at 1 completion 2 20
    end
} | serve "a store that is not there" 0
answers "is like an empty one" '"diagnostics":[{"range":{"start":{"line":2,"character":19}'
answers "for completion as well" '"label":"id"'
holds "and is not made" test ! -e none.db
"$SPOKE" hub.db -c 'table pupil "Who learns" { key id; id int; grade int }' 2>/dev/null
{
    begin
    open 'store \"hub.db\"\nfrom pupil | where gra\n'
    at 1 completion 1 22
    end
} | serve "a store that is there" 0
answers "its tables are known" '"label":"grade"'
finish

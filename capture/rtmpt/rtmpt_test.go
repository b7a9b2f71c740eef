package rtmpt

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// heard writes down what a Reader tells.
type heard struct{ strings.Builder }

func (h *heard) Message(start string, header []byte) Framing {
	fmt.Fprintf(h, "[%s]", start)
	f, said := FramingOf(header)
	f.ToEnd = !said && strings.HasPrefix(start, "HTTP/")
	return f
}

func (h *heard) Body(p []byte) { h.Write(p) }
func (h *heard) Hole(n int64)  { fmt.Fprintf(h, "<%d missing>", n) }
func (h *heard) Done(whole bool) {
	h.WriteString(map[bool]string{true: ".", false: "!"}[whole])
}

func requests(p []byte) bool { return LooksLikeRequest(p) }

const (
	one     = "POST /a HTTP/1.1\r\ncontent-length:  5 \r\n\r\nhello"
	chunked = "POST /b HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y\r\nabc\r\n0A\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n"
	empty   = "\r\nGET /c HTTP/1.1\r\nHost: x\r\n\r\n"
)

// TestMessagesInPieces wants the same however the bytes are cut.
func TestMessagesInPieces(t *testing.T) {
	stream := one + chunked + empty + one
	const want = "[POST /a HTTP/1.1]hello.[POST /b HTTP/1.1]abc0123456789.[GET /c HTTP/1.1].[POST /a HTTP/1.1]hello."
	rng := rand.New(rand.NewPCG(1, 2))
	for run := range 200 {
		h := &heard{}
		r := NewReader(h, requests)
		for rest := stream; rest != ""; {
			n := 1 + rng.IntN(min(len(rest), 1+run))
			r.Write([]byte(rest[:n]))
			rest = rest[n:]
		}
		r.End()
		if h.String() != want {
			t.Fatalf("run %d: %s", run, h.String())
		}
	}
}

func TestHolesAndEnds(t *testing.T) {
	type step struct {
		data string
		gap  int64 // before data
	}
	for name, c := range map[string]struct {
		steps []step
		want  string
	}{
		"in a body":                  {[]step{{"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nab", 0}, {"fghi", 3}, {one, 0}}, "[POST / HTTP/1.1]ab<3 missing>fghi.[POST /a HTTP/1.1]hello."},
		"to the end of a body":       {[]step{{"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nab", 0}, {one, 2}}, "[POST / HTTP/1.1]ab<2 missing>.[POST /a HTTP/1.1]hello."},
		"beyond a body":              {[]step{{"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nab", 0}, {"rest", 3}, {one, 0}}, "[POST / HTTP/1.1]ab![POST /a HTTP/1.1]hello."},
		"of unknown length":          {[]step{{"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nab", 0}, {one, -1}}, "[POST / HTTP/1.1]ab![POST /a HTTP/1.1]hello."},
		"in a head":                  {[]step{{"POST / HTTP/1.1\r\nConte", 0}, {"th: 4\r\n\r\nabcd", 7}, {one, 0}}, "[POST /a HTTP/1.1]hello."},
		"between messages":           {[]step{{one, 0}, {"no message", 10}, {one, 0}}, "[POST /a HTTP/1.1]hello.[POST /a HTTP/1.1]hello."},
		"in a chunk":                 {[]step{{"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nab", 0}, {one, 2}}, "[POST / HTTP/1.1]ab![POST /a HTTP/1.1]hello."},
		"a size that is none":        {[]step{{"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxy\r\nab", 0}, {one, 0}}, "[POST / HTTP/1.1]![POST /a HTTP/1.1]hello."},
		"the end of a body":          {[]step{{"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nab", 0}}, "[POST / HTTP/1.1]ab!"},
		"a body to the end":          {[]step{{"HTTP/1.0 200 OK\r\n\r\nab", 0}, {"cd", 0}}, "[HTTP/1.0 200 OK]abcd."},
		"the length of a smuggler":   {[]step{{"POST / HTTP/1.1\r\nContent-Length: -4\r\n\r\n" + one, 0}}, "[POST / HTTP/1.1].[POST /a HTTP/1.1]hello."},
		"a line without end":         {[]step{{"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("0", MaxLine+1), 0}, {one, 0}}, "[POST / HTTP/1.1]![POST /a HTTP/1.1]hello."},
		"headers without end":        {[]step{{"POST / HTTP/1.1\r\n" + strings.Repeat("a: b\r\n", maxHeaders/6+1), 0}, {one, 0}}, "[POST /a HTTP/1.1]hello."},
		"a message begins elsewhere": {[]step{{"", -1}, {"xx" + one, 0}, {one, 0}}, "[POST /a HTTP/1.1]hello."},
	} {
		h := &heard{}
		r := NewReader(h, requests)
		for _, s := range c.steps {
			if s.gap != 0 {
				r.Gap(s.gap)
			}
			r.Write([]byte(s.data))
		}
		r.End()
		if h.String() != c.want {
			t.Errorf("%s: %s\nwant %s", name, h.String(), c.want)
		}
	}
}

func TestCalls(t *testing.T) {
	for line, want := range map[string]string{
		"POST /open/1 HTTP/1.1":           "open  0",
		"POST /fcs/ident2 HTTP/1.1":       "  0",
		"POST /send/Ab_1.-/12 HTTP/1.0":   "send Ab_1.- 12",
		"POST /idle/A/2147483647 HTTP/1.": "idle A 2147483647",
		"POST /close/A/3 HTTP/1.1":        "close A 3",
		"POST /idle/A/2147483648 HTTP/1.": "",
		"POST /send/A/-1 HTTP/1.1":        "",
		"POST /send/A/x HTTP/1.1":         "",
		"POST /send/A HTTP/1.1":           "",
		"POST /send/A b/1 HTTP/1.1":       "",
		"POST /send/A%00/1 HTTP/1.1":      "",
		"POST /move/A/1 HTTP/1.1":         "",
		"GET /open/1 HTTP/1.1":            "",
		"POST /open/1 HTTP/2":             "",
		"POST /open/1":                    "",
	} {
		got := ""
		if c, ok := ParseCall([]byte(line)); ok {
			got = fmt.Sprint(c.Verb, " ", c.Session, " ", c.Number)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
	for id, want := range map[string]bool{"": false, "a": true, strings.Repeat("a", 64): true, strings.Repeat("a", 65): false, "a b": false, "ä": false} {
		if IsSessionID(id) != want {
			t.Errorf("%q", id)
		}
	}
}

func TestStatus(t *testing.T) {
	for line, want := range map[string]int{"HTTP/1.1 200 OK": 200, "HTTP/1.1 404": 404, "HTTP/1.1": 0, "HTTP/1.1 20 x": 0, "HTTP/1.1 1000 x": 0, "HTTP/1.1 abc x": 0} {
		if got := Status(line); got != want {
			t.Errorf("%s: %d", line, got)
		}
	}
	if !LooksLikeAnswer([]byte("HTTP/1.0 200")) || LooksLikeAnswer([]byte("HTTP/2")) || !LooksLikeRequest([]byte("GET /")) || LooksLikeRequest([]byte("GETTING")) {
		t.Error("requests and answers are not told apart")
	}
}

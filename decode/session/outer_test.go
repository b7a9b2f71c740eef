package session

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode"
)

// record is a TLS record (RFC 8446 §5.1).
func record(kind byte, body ...byte) []byte {
	return append([]byte{kind, 3, 1, byte(len(body) >> 8), byte(len(body))}, body...)
}

// heard feeds a watch in pieces and tells what it says, and where.
func heard(p []byte, piece func() int) (out []string) {
	var w tlsWatch
	for at := 0; at < len(p); {
		rest := p[at:min(at+piece(), len(p))]
		for len(rest) > 0 {
			n := len(rest)
			var said Around
			said, rest = w.next(rest)
			at += n - len(rest)
			if said != (Around{}) {
				out = append(out, fmt.Sprintf("%d: alert %d, secret %v", at, said.Alert, said.Secret))
			}
		}
	}
	return out
}

func TestTLSIsWatched(t *testing.T) {
	hello := record(tlsHandshake, make([]byte, 300)...)
	cat := func(parts ...[]byte) (p []byte) {
		for _, x := range parts {
			p = append(p, x...)
		}
		return p
	}
	other := record(tlsHandshake, 1, 2, 3)
	other[1] = 2
	for name, c := range map[string]struct {
		bytes []byte
		want  []string
	}{
		"an alert at once":             {record(tlsAlert, 2, 40), []string{"7: alert 40, secret false"}},
		"an alert behind a hello":      {cat(hello, record(tlsAlert, 2, 70)), []string{"312: alert 70, secret false"}},
		"two alerts":                   {cat(record(tlsAlert, 1, 90), record(tlsAlert, 2, 40)), []string{"7: alert 90, secret false", "14: alert 40, secret false"}},
		"an empty record":              {cat(record(tlsHandshake), record(tlsAlert, 2, 40)), []string{"12: alert 40, secret false"}},
		"secret":                       {cat(hello, record(tlsCipherSpec, 1), record(tlsAlert, 2, 40)), []string{"310: alert 0, secret true"}},
		"secret without a change":      {cat(hello, record(tlsData, 1, 2, 3), record(tlsAlert, 2, 40)), []string{"310: alert 0, secret true"}},
		"data first":                   {cat(record(tlsData, 1, 2), record(tlsAlert, 2, 40)), nil},
		"a change of ciphers first":    {cat(record(tlsCipherSpec, 1), record(tlsAlert, 2, 40)), nil},
		"a change behind an alert":     {cat(record(tlsAlert, 1, 90), record(tlsCipherSpec, 1)), []string{"7: alert 90, secret false", "12: alert 0, secret true"}},
		"no TLS":                       {cat([]byte{3, 0, 0, 0, 0, 0, 0}, record(tlsAlert, 2, 40)), nil},
		"another version":              {cat(other, record(tlsAlert, 2, 40)), nil},
		"another kind behind":          {cat(hello, record(24, 1), record(tlsAlert, 2, 40)), nil},
		"an alert that is encrypted":   {cat(hello, record(tlsAlert, make([]byte, 26)...), record(tlsAlert, 2, 40)), nil},
		"an alert that is cut":         {cat(hello, record(tlsAlert, 2, 40)[:6]), nil},
		"a long record in two numbers": {cat(record(tlsHandshake, make([]byte, 0x203)...), record(tlsAlert, 2, 40)), []string{"527: alert 40, secret false"}},
	} {
		rng := rand.New(rand.NewPCG(1, 2))
		for _, piece := range []func() int{func() int { return 1 }, func() int { return 1 << 20 }, func() int { return 1 + rng.IntN(9) }} {
			if diff := cmp.Diff(c.want, heard(c.bytes, piece)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
}

// lines feeds an HTTP watch in pieces and tells what it says.
func lines(p string, piece int) (out []string) {
	var w httpWatch
	for len(p) > 0 {
		n := min(piece, len(p))
		for rest := []byte(p[:n]); len(rest) > 0; {
			var line string
			if line, rest = w.next(rest); line != "" {
				out = append(out, line)
			}
		}
		p = p[n:]
	}
	return out
}

func TestHTTPIsWatched(t *testing.T) {
	long := "GET /" + strings.Repeat("a", 200) + " HTTP/1.1"
	filler := func(n int) string {
		return strings.Repeat(strings.Repeat("x", 63)+"\n", n/64) + strings.Repeat("y", n%64)
	}
	for name, c := range map[string]struct {
		said string
		want []string
	}{
		"a request":                   {"POST /open/1 HTTP/1.1\r\nHost: h\r\n\r\n", []string{"POST /open/1 HTTP/1.1"}},
		"without carriage returns":    {"POST /open/1 HTTP/1.0\nHost: h\n\n", []string{"POST /open/1 HTTP/1.0"}},
		"a status, and another":       {"HTTP/1.1 404 Not Found\r\n\r\nbody\r\nHTTP/1.0 200 OK\r\n", []string{"HTTP/1.1 404 Not Found", "HTTP/1.0 200 OK"}},
		"not ended":                   {"HTTP/1.1 404 Not Found", nil},
		"another version":             {"GET / HTTP/2.0\r\nHTTP/2 200\r\n", nil},
		"no HTTP":                     {"\x03\x00GET / HTTP/1.1\r\n", nil},
		"small letters":               {"get / HTTP/1.1\r\nGET / HTTP/1.1\r\n", nil},
		"from A":                      {"A / HTTP/1.1\n", []string{"A / HTTP/1.1"}},
		"to Z":                        {"Z / HTTP/1.1\n", []string{"Z / HTTP/1.1"}},
		"before A":                    {"@ / HTTP/1.1\n", nil},
		"behind Z":                    {"[ / HTTP/1.1\n", nil},
		"a long status":               {"HTTP/1.1 " + strings.Repeat("9", 200) + "\r\n", []string{"HTTP/1.1 " + strings.Repeat("9", maxHTTPLine-9)}},
		"a request too long":          {long + "\r\nGET / HTTP/1.1\r\n", []string{"GET / HTTP/1.1"}},
		"within what is looked at":    {"X" + filler(maxHTTP-40) + "\nGET / HTTP/1.1\n", []string{"GET / HTTP/1.1"}},
		"behind what is looked at":    {"X" + filler(maxHTTP) + "\nGET / HTTP/1.1\n", nil},
		"behind many, counted for it": {strings.Repeat("X\n", maxHTTP/2) + "GET / HTTP/1.1\n", nil},
	} {
		for _, piece := range []int{1, 7, 1 << 20} {
			if diff := cmp.Diff(c.want, lines(c.said, piece)); diff != "" {
				t.Errorf("%s, in pieces of %d: %s", name, piece, diff)
			}
		}
	}
}

// TestOuterIsJudged: what is around RTMP reaches the judge with its session, and no row
// tells of it. A hole ends what can be known.
func TestOuterIsJudged(t *testing.T) {
	for _, hole := range []bool{false, true} {
		w := &watcher{}
		k := newTalk(w)
		if hole {
			k.Gap(id, client, k.now, 10)
			k.Gap(id, server, k.now, 10)
		}
		k.bytes(client, record(tlsHandshake, 1, 2))
		k.bytes(server, record(tlsAlert, 2, 40))
		k.Outer(id, client, k.now, Around{Poll: true})
		k.Outer(99, client, k.now, Around{Poll: true})
		alert, poll := fmt.Sprint("outer ", uint32(1), decode.FromServer, false, uint8(40), false), fmt.Sprint("outer ", uint32(1), decode.FromClient, true, uint8(0), false)
		want := []string{alert, poll}
		if hole {
			want = want[1:]
		}
		if diff := cmp.Diff(want, w.log); diff != "" {
			t.Errorf("a hole %v: %s", hole, diff)
		}
	}
	newTalk(nil).Outer(id, client, began, Around{Poll: true}) // nobody judges
}

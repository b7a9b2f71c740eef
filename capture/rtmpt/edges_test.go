package rtmpt

import (
	"strings"
	"testing"
)

// TestLimitsOfLines: as long as the limit is read, one byte more is given up.
func TestLimitsOfLines(t *testing.T) {
	line := func(n int) string {
		return "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("0", n)
	}
	for n, want := range map[int]string{MaxLine: "[POST / HTTP/1.1].", MaxLine + 1: "[POST / HTTP/1.1]!"} {
		h := &heard{}
		r := NewReader(h, requests)
		r.Write([]byte(line(n)))
		r.Write([]byte("\r\n\r\n"))
		if h.String() != want {
			t.Errorf("a size of %d digits: %s", n, h)
		}
	}
	for n, want := range map[int]string{maxHeaders: "[POST / HTTP/1.1].", maxHeaders + 1: ""} {
		h := &heard{}
		r := NewReader(h, requests)
		head := "POST / HTTP/1.1\r\na: "
		r.Write([]byte(head + strings.Repeat("b", n-len(head))))
		r.Write([]byte("\r\n\r\n"))
		if h.String() != want {
			t.Errorf("a head of %d bytes: %s", n, h)
		}
	}
}

// TestFramings of headers as they are written, and as they are not.
func TestFramings(t *testing.T) {
	for header, want := range map[string]struct {
		Framing
		said bool
	}{
		"":                                  {},
		"Content-Length: 0\r\n":             {said: true},
		"CONTENT-LENGTH:7\r\n":              {Framing{Length: 7}, true},
		"Content-Length: -1\r\n":            {},
		"Content-Length: x\r\n":             {},
		"Host\r\nContent-Length: 5\r\n\r\n": {Framing{Length: 5}, true},
		"Content-Length\r\n":                {},
		"X: 3\r\nContent-Length: 5\r\n":     {Framing{Length: 5}, true},
		"Transfer-Encoding: chunked\r\n":    {Framing{Chunked: true}, true},
		"Content-Length: 5\r\ntransfer-encoding:CHUNKED\r\n": {Framing{Chunked: true}, true},
		"Transfer-Encoding: gzip\r\nContent-Length: 5\r\n":   {Framing{Length: 5}, true},
	} {
		if f, said := FramingOf([]byte(header)); f != want.Framing || said != want.said {
			t.Errorf("%q: %+v, %v", header, f, said)
		}
	}
	for line, want := range map[string]int{"HTTP/1.1 100 x": 100, "HTTP/1.1 99 x": 0, "HTTP/1.1 999 x": 999, "HTTP/1.1 1000": 0, "HTTP/1.1": 0} {
		if got := Status(line); got != want {
			t.Errorf("%q: %d", line, got)
		}
	}
}

// TestGapsOfEveryLength in a body of four bytes, two of which are there.
func TestGapsOfEveryLength(t *testing.T) {
	for n, want := range map[int64]string{0: "ab<0 missing>cd.", 1: "ab<1 missing>c.", 2: "ab<2 missing>.", 3: "ab!", -1: "ab!", -2: "ab!"} {
		h := &heard{}
		r := NewReader(h, requests)
		r.Write([]byte("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nab"))
		r.Gap(n)
		if n >= 0 && n < 2 {
			r.Write([]byte("cd")[:2-n])
		}
		if got := strings.TrimPrefix(h.String(), "[POST / HTTP/1.1]"); got != want {
			t.Errorf("a gap of %d: %s, want %s", n, got, want)
		}
	}
}

// TestTrailersEnd with an empty line, however many there are.
func TestTrailersEnd(t *testing.T) {
	for _, trailers := range []string{"", "a: b\r\n", "a: b\r\nc: d\r\n"} {
		h := &heard{}
		r := NewReader(h, requests)
		r.Write([]byte("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + trailers))
		if h.String() != "[POST / HTTP/1.1]" {
			t.Errorf("%q: it ended before: %s", trailers, h)
		}
		r.Write([]byte("\r\n" + one))
		if h.String() != "[POST / HTTP/1.1].[POST /a HTTP/1.1]hello." {
			t.Errorf("%q: %s", trailers, h)
		}
	}
}

// TestEndsOfBodies: what ends well and what does not, wherever the direction ends.
func TestEndsOfBodies(t *testing.T) {
	stream := chunked[:len(chunked)-2]
	head := strings.Index(stream, "\r\n\r\n") + 4
	for cut := range len(stream) + 1 {
		h := &heard{}
		r := NewReader(h, requests)
		r.Write([]byte(stream[:cut]))
		r.End()
		if broken := strings.HasSuffix(h.String(), "!"); broken != (cut >= head) || strings.HasSuffix(h.String(), ".") {
			t.Errorf("cut at %d: %s", cut, h)
		}
	}
}

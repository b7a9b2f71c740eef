package session

import "bytes"

// httpWatch follows the request or status lines of one direction that speaks HTTP
// where RTMP belongs: what was asked for, and what came of it. In a direction that
// does not begin with one it sees nothing.
type httpWatch struct {
	line []byte // the line at hand, as far as it was kept
	seen int    // bytes
	off  bool
}

// maxHTTP is how many bytes of a direction are looked at, maxHTTPLine how many of a
// line: a conversation about a tunnel that does not come about is short.
const (
	maxHTTP     = 16 << 10
	maxHTTPLine = 128
)

// next takes bytes of the direction and returns the first line that they complete,
// "" when there is none, with the bytes behind it.
func (w *httpWatch) next(p []byte) (line string, rest []byte) {
	for len(p) > 0 && !w.off {
		end := bytes.IndexByte(p, '\n')
		part := p
		if end >= 0 {
			part = p[:end]
		}
		w.keep(part)
		if p = p[len(part):]; end < 0 || w.off {
			return "", nil
		}
		p = p[1:]
		w.seen++
		got := string(bytes.TrimRight(w.line, "\r"))
		w.line = w.line[:0]
		if isHTTPStart(got) {
			return got, p
		}
	}
	return "", nil
}

// keep adds a part of a line.
func (w *httpWatch) keep(part []byte) {
	if w.seen == 0 && len(part) > 0 && !isHTTPByte(part[0]) {
		w.off = true
		return
	}
	w.seen += len(part)
	w.off = w.seen > maxHTTP
	w.line = append(w.line, part[:min(len(part), maxHTTPLine-len(w.line))]...)
}

// isHTTPByte reports whether an HTTP message may begin with it: methods, and HTTP/1.1.
func isHTTPByte(c byte) bool { return c >= 'A' && c <= 'Z' }

// isHTTPStart reports whether a line is that of a request (RFC 9112 §3) or a status (§4).
func isHTTPStart(line string) bool {
	b := []byte(line)
	return bytes.HasPrefix(b, []byte("HTTP/1.")) || bytes.HasSuffix(b, []byte(" HTTP/1.1")) || bytes.HasSuffix(b, []byte(" HTTP/1.0"))
}

// Package rtmpt takes HTTP apart that carries RTMP.
//
// RTMPT carries RTMP in HTTP requests: POST /open/1 is answered with a session
// ID, then /send/ID/N and /idle/ID/N carry bytes both ways, and /close/ID/N ends
// it. N counts up, so that it puts requests in order that travelled over several
// TCP connections. An answer begins with one byte that suggests how long to wait
// (librtmp's rtmp.c, FFmpeg's rtmphttp.c, crtmpserver). [ParseCall] reads a
// request line.
//
// A [Reader] takes one direction of an HTTP/1.1 connection apart as it was
// captured, in pieces of any size and with holes: a hole inside a body of known
// length costs nothing but itself, after any other the reader waits for the next
// message. The package does not know connections or captures, puts no requests in
// order, and keeps no body.
package rtmpt

import (
	"bytes"
	"strconv"
	"strings"
)

// Limits on what is kept of an HTTP message while it is taken apart.
const (
	// MaxLine is how long the line of a request or of a chunk may be.
	MaxLine    = 4 << 10
	maxHeaders = 64 << 10
)

// Framing says where the body of an HTTP message ends (RFC 9112 §6.3).
type Framing struct {
	// Length is how many bytes it has, unless one of the others says where it ends.
	Length int64
	// Chunked says that it comes in chunks (RFC 9112 §7.1).
	Chunked bool
	// ToEnd says that it ends with the connection.
	ToEnd bool
}

// Handler takes the parts of HTTP messages.
type Handler interface {
	// Message takes the start line and the header lines.
	Message(start string, header []byte) Framing
	// Body takes bytes of the body, borrowed.
	Body(p []byte)
	// Hole takes n bytes of the body that are missing.
	Hole(n int64)
	// Done ends the message; whole is false when an unknown part is missing.
	Done(whole bool)
}

type httpMode int

const (
	inHead httpMode = iota
	inBody
	inBodyToEnd
	inChunkSize
	inChunk
	inTrailer
	isLost // until a segment begins with a message
)

// Reader takes one direction of an HTTP/1.1 connection apart. It is not safe for
// concurrent use.
type Reader struct {
	to     Handler
	begins func([]byte) bool
	mode   httpMode
	line   []byte // a line, or all lines of the head
	left   int64  // of the body, or of the chunk and the line end after it
}

// NewReader returns a reader of one direction, whose messages go to to.
// begins says whether bytes begin with a message: after a loss, nothing else
// tells where one begins.
func NewReader(to Handler, begins func([]byte) bool) *Reader {
	return &Reader{to: to, begins: begins}
}

// Write takes the next bytes.
func (h *Reader) Write(p []byte) {
	if h.mode == isLost && h.begins(p) {
		h.mode = inHead
	}
	for len(p) > 0 && h.mode != isLost {
		switch h.mode {
		case inHead:
			p = h.head(p)
		case inBodyToEnd:
			h.to.Body(p)
			return
		case inBody, inChunk:
			p = h.some(p)
		default:
			p = h.oneLine(p)
		}
	}
}

// head collects the start line and the headers.
func (h *Reader) head(p []byte) []byte {
	if len(h.line) == 0 {
		p = bytes.TrimLeft(p, "\r\n") // RFC 9112 §2.2: an empty line before is no message
	}
	before := len(h.line)
	h.line = append(h.line, p...)
	search := max(before-3, 0)
	at := bytes.Index(h.line[search:], []byte("\r\n\r\n"))
	if at < 0 {
		if len(h.line) > maxHeaders {
			h.lose()
		}
		return nil
	}
	end := search + at + 4
	start, header, _ := strings.Cut(string(h.line[:end]), "\r\n")
	h.line = h.line[:0]
	h.frame(h.to.Message(start, []byte(header)))
	return p[end-before:]
}

// frame begins the body.
func (h *Reader) frame(f Framing) {
	switch h.left = f.Length; {
	case f.Chunked:
		h.mode = inChunkSize
	case f.ToEnd:
		h.mode = inBodyToEnd
	case f.Length > 0:
		h.mode = inBody
	default:
		h.finish()
	}
}

func (h *Reader) finish() {
	h.mode, h.line = inHead, h.line[:0]
	h.to.Done(true)
}

// some takes bytes of a body or of a chunk, which has a line end of two bytes
// after it.
func (h *Reader) some(p []byte) []byte {
	n := min(h.left, int64(len(p)))
	data := n
	if h.mode == inChunk {
		data = min(n, max(h.left-2, 0))
	}
	if data > 0 {
		h.to.Body(p[:data])
	}
	if h.left -= n; h.left == 0 && h.mode == inBody {
		h.finish()
	} else if h.left == 0 {
		h.mode = inChunkSize
	}
	return p[n:]
}

// oneLine takes the line before a chunk, or one after the last (RFC 9112 §7.1).
func (h *Reader) oneLine(p []byte) []byte {
	at := bytes.IndexByte(p, '\n')
	h.line = append(h.line, p[:at+1]...)
	if at < 0 {
		h.line = append(h.line, p...)
		if len(h.line) > MaxLine {
			h.lose()
		}
		return nil
	}
	line := strings.TrimSpace(string(h.line))
	h.line = h.line[:0]
	if h.mode == inTrailer {
		if line == "" {
			h.finish()
		}
		return p[at+1:]
	}
	digits, _, _ := strings.Cut(line, ";")
	size, err := strconv.ParseInt(strings.TrimSpace(digits), 16, 32)
	switch {
	case err != nil || size < 0:
		h.lose()
	case size == 0:
		h.mode = inTrailer
	default:
		h.mode, h.left = inChunk, size+2
	}
	return p[at+1:]
}

// Gap says that n bytes are missing, -1 for an unknown number.
func (h *Reader) Gap(n int64) {
	if h.mode == inBody && n >= 0 && n <= h.left {
		h.to.Hole(n)
		if h.left -= n; h.left == 0 {
			h.finish()
		}
		return
	}
	if h.mode == inHead && len(h.line) == 0 {
		h.mode = isLost
		return
	}
	h.lose()
}

// lose gives up on the message at hand.
func (h *Reader) lose() {
	if h.mode != inHead && h.mode != isLost {
		h.to.Done(false)
	}
	h.mode, h.line = isLost, h.line[:0]
}

// End says that the direction has ended.
func (h *Reader) End() {
	switch h.mode {
	case inBodyToEnd:
		h.finish()
	case inBody, inChunk, inChunkSize, inTrailer:
		h.lose()
	}
}

// headerValue returns the value of a header field, or "".
func headerValue(header []byte, name string) string {
	for line := range bytes.Lines(header) {
		key, value, ok := bytes.Cut(line, []byte(":"))
		if ok && strings.EqualFold(string(key), name) {
			return string(bytes.TrimSpace(value))
		}
	}
	return ""
}

// FramingOf reads how the body of a message is framed.
func FramingOf(header []byte) (f Framing, said bool) {
	if strings.EqualFold(headerValue(header, "Transfer-Encoding"), "chunked") {
		return Framing{Chunked: true}, true
	}
	n, err := strconv.ParseInt(headerValue(header, "Content-Length"), 10, 64)
	if err != nil || n < 0 {
		return Framing{}, false
	}
	return Framing{Length: n}, true
}

// Status reads the status of a start line, 0 when there is none.
func Status(start string) int {
	words := strings.SplitN(start, " ", 3)
	if len(words) < 2 {
		return 0
	}
	n, err := strconv.Atoi(words[1])
	if err != nil || n < 100 || n > 999 {
		return 0
	}
	return n
}

// httpMethods begin a request (RFC 9110 §9, and of WebDAV the common one).
var httpMethods = []string{"GET ", "POST ", "PUT ", "HEAD ", "OPTIONS ", "CONNECT ", "DELETE ", "PATCH ", "PROPFIND "}

// LooksLikeRequest says that bytes begin with a request line.
func LooksLikeRequest(p []byte) bool {
	for _, m := range httpMethods {
		if bytes.HasPrefix(p, []byte(m)) {
			return true
		}
	}
	return false
}

// LooksLikeAnswer says that bytes begin with a status line.
func LooksLikeAnswer(p []byte) bool { return bytes.HasPrefix(p, []byte("HTTP/1.")) }

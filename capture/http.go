package capture

import (
	"bytes"
	"strconv"
	"strings"
)

// Limits on what is kept of an HTTP message while it is taken apart.
const (
	maxLine    = 4 << 10
	maxHeaders = 64 << 10
)

// framing says where the body of an HTTP message ends (RFC 9112 §6.3).
type framing struct {
	length  int64
	chunked bool
	toEnd   bool // with the connection
}

// httpHandler takes the parts of HTTP messages.
type httpHandler interface {
	// message takes the start line and the header lines.
	message(start string, header []byte) framing
	// body takes bytes of the body, borrowed.
	body(p []byte)
	// hole takes n bytes of the body that are missing.
	hole(n int64)
	// done ends the message; whole is false when an unknown part is missing.
	done(whole bool)
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

// httpReader takes one direction of an HTTP/1.1 connection apart.
type httpReader struct {
	to     httpHandler
	begins func([]byte) bool
	mode   httpMode
	line   []byte // a line, or all lines of the head
	left   int64  // of the body, or of the chunk and the line end after it
}

// write takes the next bytes.
func (h *httpReader) write(p []byte) {
	if h.mode == isLost && h.begins(p) {
		h.mode = inHead
	}
	for len(p) > 0 && h.mode != isLost {
		switch h.mode {
		case inHead:
			p = h.head(p)
		case inBodyToEnd:
			h.to.body(p)
			return
		case inBody, inChunk:
			p = h.some(p)
		default:
			p = h.oneLine(p)
		}
	}
}

// head collects the start line and the headers.
func (h *httpReader) head(p []byte) []byte {
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
	h.frame(h.to.message(start, []byte(header)))
	return p[end-before:]
}

// frame begins the body.
func (h *httpReader) frame(f framing) {
	switch h.left = f.length; {
	case f.chunked:
		h.mode = inChunkSize
	case f.toEnd:
		h.mode = inBodyToEnd
	case f.length > 0:
		h.mode = inBody
	default:
		h.finish()
	}
}

func (h *httpReader) finish() {
	h.mode, h.line = inHead, h.line[:0]
	h.to.done(true)
}

// some takes bytes of a body or of a chunk, which has a line end of two bytes
// after it.
func (h *httpReader) some(p []byte) []byte {
	n := min(h.left, int64(len(p)))
	data := n
	if h.mode == inChunk {
		data = min(n, max(h.left-2, 0))
	}
	if data > 0 {
		h.to.body(p[:data])
	}
	if h.left -= n; h.left == 0 && h.mode == inBody {
		h.finish()
	} else if h.left == 0 {
		h.mode = inChunkSize
	}
	return p[n:]
}

// oneLine takes the line before a chunk, or one after the last (RFC 9112 §7.1).
func (h *httpReader) oneLine(p []byte) []byte {
	at := bytes.IndexByte(p, '\n')
	h.line = append(h.line, p[:at+1]...)
	if at < 0 {
		h.line = append(h.line, p...)
		if len(h.line) > maxLine {
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

// gap says that n bytes are missing, -1 for an unknown number.
func (h *httpReader) gap(n int64) {
	if h.mode == inBody && n >= 0 && n <= h.left {
		h.to.hole(n)
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
func (h *httpReader) lose() {
	if h.mode != inHead && h.mode != isLost {
		h.to.done(false)
	}
	h.mode, h.line = isLost, h.line[:0]
}

// end says that the direction has ended.
func (h *httpReader) end() {
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

// framed reads how the body of a message is framed.
func framed(header []byte) (f framing, said bool) {
	if strings.EqualFold(headerValue(header, "Transfer-Encoding"), "chunked") {
		return framing{chunked: true}, true
	}
	n, err := strconv.ParseInt(headerValue(header, "Content-Length"), 10, 64)
	if err != nil || n < 0 {
		return framing{}, false
	}
	return framing{length: n}, true
}

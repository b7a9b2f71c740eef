package terminal

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sequence matches one whole escape sequence (ECMA-48 §5.4, §5.6; the last two
// are "designate a character set" and sequences of two bytes).
var sequence = regexp.MustCompile("^\x1b(?:\\[[0-?]*[ -/]*[@-~]|[\\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\\\)|[()*+][0-9A-Z]|[^\\[\\]P_^X()*+])")

// longest is how long a sequence may be before it counts as strange.
const longest = 1 << 17

// Write shows what a program wrote. It never fails.
func (s *Screen) Write(p []byte) (int, error) {
	s.rest = append(s.rest, p...)
	for len(s.rest) > 0 {
		n := s.next(s.rest)
		if n == 0 {
			break
		}
		s.rest = s.rest[n:]
	}
	s.rest = slices.Clone(s.rest)
	return len(p), nil
}

// next takes one character or sequence from b and says how long it was, 0 when
// its end is still missing.
func (s *Screen) next(b []byte) int {
	switch {
	case b[0] == 0x1b:
		m := sequence.Find(b)
		if m == nil && len(b) < longest {
			return 0
		}
		if m == nil { // it has no end
			s.strange("%q", b[0])
			return 1
		}
		s.escape(string(m[1:]))
		return len(m)
	case b[0] < ' ' || b[0] == 0x7f:
		s.control(b[0])
		return 1
	case !utf8.FullRune(b):
		return 0
	}
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n == 1 || unicode.In(r, unicode.Cc, unicode.Bidi_Control) {
		s.strange("%q", b[:n])
		return n
	}
	s.put(r)
	return n
}

func (s *Screen) strange(format string, args ...any) {
	s.Strange = append(s.Strange, fmt.Sprintf(format, args...))
}

func (s *Screen) control(b byte) {
	switch b {
	case '\r':
		s.X = 0
	case '\n':
		s.feed()
	case '\t':
		s.X = min(s.X/8*8+8, s.W-1)
	case '\b':
		s.X = max(s.X-1, 0)
	default:
		s.strange("%q", b)
	}
}

// escape acts on a sequence, which is given without its first byte.
func (s *Screen) escape(seq string) {
	if seq[0] == '[' && seq[len(seq)-1] == 'H' {
		s.move(seq[1 : len(seq)-1])
		return
	}
	s.Sequences[seq]++
	switch {
	case seq == "=", seq == ">", seq == "(B", seq == "\\", seq == "]8;;\x1b\\": // keypad, character set, end of a link
	case seq[0] == '[':
		s.csi(seq[1:len(seq)-1], seq[len(seq)-1])
	case strings.HasPrefix(seq, "]52;c;"):
		s.copy(strings.Trim(strings.TrimPrefix(seq, "]52;c;"), "\a\x1b\\"))
	default:
		s.strange("%q", "\x1b"+seq)
	}
}

func (s *Screen) copy(encoded string) {
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		s.strange("clipboard %q", encoded)
	}
	s.Copied = append(s.Copied, string(text))
}

// harmless are sequences that change no text: colours, key encodings, titles
// kept and put back, lines that have left the screen.
var harmless = regexp.MustCompile(`^[0-9;:]*m$|^3J$|^>4;[0-9]m$|^>[0-9]+u$|^<u$|^2[23];[0-9;]*t$|^[0-9] q$`)

// csi acts on a control sequence.
func (s *Screen) csi(params string, final byte) {
	at := s.Y*s.W + min(s.X, s.W-1)
	switch body := params + string(final); {
	case final == 'm' && harmless.MatchString(body):
		s.paint(params)
	case harmless.MatchString(body):
	case body == "J", body == "0J":
		s.erase(at, len(s.cells))
	case body == "2J":
		s.erase(0, len(s.cells))
	case body == "K", body == "0K":
		s.erase(at, (s.Y+1)*s.W)
	case strings.HasPrefix(params, "?") && (final == 'h' || final == 'l'):
		for _, mode := range strings.Split(params[1:], ";") {
			s.mode(mode, final == 'h')
		}
	default:
		s.strange("%q", "\x1b["+body)
	}
}

// move acts on CUP, the cursor's position from 1.
func (s *Screen) move(params string) {
	row, column, _ := strings.Cut(params, ";")
	y, yErr := strconv.Atoi("0" + row)
	x, xErr := strconv.Atoi("0" + column)
	if yErr != nil || xErr != nil {
		s.strange("%q", "\x1b["+params+"H")
		return
	}
	s.X, s.Y = min(max(x-1, 0), s.W-1), min(max(y-1, 0), s.H-1)
}

// mode sets a private mode; 1049 changes to the alternate screen and back.
func (s *Screen) mode(mode string, on bool) {
	if mode == "1049" && on != s.Modes[mode] {
		if on {
			s.main, s.cells, s.pens = s.cells, blank(len(s.cells)), make([]string, len(s.cells))
		} else {
			s.cells, s.main = s.main, nil
		}
	}
	s.Modes[mode] = on
}

// Altered lists the modes that are not as a shell expects them: the alternate
// screen, a hidden cursor, reports of the mouse, of pasting or of the focus, the
// keypad, no automatic margin.
func (s *Screen) Altered() (modes []string) {
	for mode, on := range s.Modes {
		usual := mode == "7" || mode == "25"
		if on != usual && mode != "12" { // 12 is blinking
			modes = append(modes, mode)
		}
	}
	slices.Sort(modes)
	return modes
}

package mask

// Shape of what nobody writes by hand: a stream key or token, generated.
const (
	// keyLength is the least length of such a text.
	keyLength = 16
	// keyTurns is how often letters and digits take turns in it at least.
	keyTurns = 2
)

// Keys returns the stretches of a text that look like generated keys or tokens:
// at least 16 letters, digits, - and _, in which letters and digits take turns. They
// are taken for credentials although nothing says so: a server may repeat a key
// before, or in another session than, the command that names it.
func Keys(s string) (out []Span) {
	for from := 0; from < len(s); {
		if !isKeyByte(s[from]) {
			from++
			continue
		}
		to := from
		for to < len(s) && isKeyByte(s[to]) {
			to++
		}
		if to-from >= keyLength && turns(s[from:to]) >= keyTurns {
			out = append(out, Span{Start: from, End: to, Shape: true})
		}
		from = to
	}
	return out
}

func isKeyByte(c byte) bool { return isWordByte(c) || c == '-' }

// turns counts how often letters and digits take turns.
func turns(s string) (n int) {
	last := byte(0)
	for i := range len(s) {
		kind := byte(0)
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			kind = 1
		case c != '-' && c != '_':
			kind = 2
		}
		if kind == 0 {
			continue
		}
		if last != 0 && kind != last {
			n++
		}
		last = kind
	}
	return n
}

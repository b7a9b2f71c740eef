package decode

import (
	"math/rand/v2"
	"testing"
)

// TestOffsetsAddUp: what was given, gaps included, is what Offset says, and Read never
// passes it; what events account for is what Read says.
func TestOffsetsAddUp(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 9))
		p := session(rng, 30)
		d := newDecoder()
		given, last := int64(0), int64(0)
		for len(p) > 0 {
			n := min(1+rng.IntN(700), len(p))
			d.Write(p[:n])
			if given += int64(n); d.Offset() != given {
				t.Fatalf("seed %d: %d bytes were given, %d are said", seed, given, d.Offset())
			}
			for e := d.Next(); e != nil; e = d.Next() {
				if e.Kind != Message && e.Kind != Anomaly && e.Kind != Dialect {
					last = max(last, e.End)
				}
				if d.AtRest() && d.Read() < last {
					t.Fatalf("seed %d: events account for %d bytes, %d are said to be read", seed, last, d.Read())
				}
			}
			if d.Offset() != given || d.Read() > given {
				t.Fatalf("seed %d: %d bytes were given, %d are said, %d read", seed, given, d.Offset(), d.Read())
			}
			if p = p[n:]; rng.IntN(9) == 0 && len(p) > 9 {
				d.Gap(9)
				p, given = p[9:], given+9
				for e := d.Next(); e != nil; e = d.Next() {
					last = max(last, e.End)
				}
			}
		}
		if d.Gap(-1); d.Offset() != given {
			t.Errorf("seed %d: a gap of unknown length takes room: %d of %d", seed, d.Offset(), given)
		}
	}
}

// TestWhoseEnd: a message that is left unfinished is so by its sender, or by the capture.
func TestWhoseEnd(t *testing.T) {
	for _, c := range []struct {
		finish func(*Decoder)
		want   string
	}{{(*Decoder).Finish, TokenEnd}, {(*Decoder).FinishOpen, TokenCaptureEnd}} {
		d := newDecoder()
		d.phase = inHeader
		d.Write(join(full(4, "\x00\x00\x14", "\x00\x00\x0a", 8), "abc"))
		drain(d)
		c.finish(d)
		token := ""
		for e := d.Next(); e != nil; e = d.Next() {
			if e.Kind == Aborted {
				token = e.Reason.Token
			}
		}
		if token != c.want {
			t.Errorf("the reason is %q, want %q", token, c.want)
		}
		if c.finish(d); d.Next() != nil {
			t.Error("a second end says something")
		}
	}
	if FromClient.Peer() != FromServer || FromServer.Peer() != FromClient || FromClient.String() != "client" || FromServer.String() != "server" {
		t.Error("the directions are mixed up")
	}
}

// TestAbortsThatSayNothing: too short, of a chunk stream that is not known, of one with
// nothing in assembly.
func TestAbortsThatSayNothing(t *testing.T) {
	open := join(full(4, "\x00\x00\x14", "\x00\x00\xc8", 8), body(128))
	for name, c := range map[string]struct {
		abort   []byte
		aborted bool
		anomaly bool
	}{
		"of three bytes": {join(full(2, "\x00\x00\x00", "\x00\x00\x03", 2), "\x00\x00\x04"), false, true},
		"of four":        {join(full(2, "\x00\x00\x00", "\x00\x00\x04", 2), "\x00\x00\x00\x04"), true, false},
		"of another":     {join(full(2, "\x00\x00\x00", "\x00\x00\x04", 2), "\x00\x00\x00\x05"), false, false},
		"of itself":      {join(full(2, "\x00\x00\x00", "\x00\x00\x04", 2), "\x00\x00\x00\x02"), false, false},
	} {
		d := newDecoder()
		d.phase = inHeader
		aborted, anomaly := false, false
		for _, e := range feed(d, join(open, c.abort), whole(1000)) {
			aborted = aborted || e.Kind == Aborted && e.Reason.Token == TokenAbort
			anomaly = anomaly || e.Kind == Anomaly && e.Reason.Token == TokenAbortShort
		}
		if aborted != c.aborted || anomaly != c.anomaly {
			t.Errorf("%s: aborted %v, anomaly %v", name, aborted, anomaly)
		}
	}
}

// TestGapsOfNothing change nothing, in the handshake and behind it.
func TestGapsOfNothing(t *testing.T) {
	p := join(hello(), full(4, "\x00\x00\x14", "\x00\x00\x03", 8), "abc")
	for _, at := range []int{1, 800, 1537, 2000, 3073, len(p) - 2} {
		messages, lost := 0, 0
		for _, e := range feedWithGap(newDecoder(), p, at, 0, whole(1<<20)) {
			if e.Kind == Message {
				messages++
			}
			if e.Kind == Lost {
				lost++
			}
		}
		if at != 3073 && (messages != 1 || lost != 0) {
			t.Errorf("a gap of nothing at %d: %d messages, framing lost %d times", at, messages, lost)
		}
	}
}

// TestHeldIsGivenBack: what did not fit is not counted, and what was dropped is no longer.
func TestHeldIsGivenBack(t *testing.T) {
	lim := DefaultLimits()
	lim.Assembly = 300
	d := New(FromClient, lim)
	d.phase = inHeader
	for _, stream := range []byte{4, 5, 6} {
		d.Write(join(full(stream, "\x00\x00\x14", "\x00\x00\xc8", 8), body(128)))
		drain(d)
	}
	if d.phase != inLost || d.buffers.held != 0 {
		t.Errorf("phase %d, %d bytes are held", d.phase, d.buffers.held)
	}
}

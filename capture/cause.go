package capture

import "strings"

// Cause is why a direction ended, for programs: a stable token, which the relay
// chose and this package only keeps. The words for people stand in Record.Reason.
// Its zero value is an end of which the packet says all there is, or one in a
// capture of others.
type Cause struct {
	// Token is lower-case words with hyphens, such as "dial-refused".
	Token string `json:"token"`
	// Target is the host:port that was not reached.
	Target string `json:"target,omitempty"`
	// Detail is what the token leaves open, such as an error of the system.
	Detail string `json:"detail,omitempty"`
}

// The tokens that this package gives itself.
const (
	// EndElsewhere is an end that stands in segments that are not here.
	EndElsewhere = "end-elsewhere"
	// EndInWords is an end of which words alone say why.
	EndInWords = "in-words"
)

// End is how and why a direction ended; see [Recorder.End].
type End struct {
	// Kind is Fin or Reset; anything else says that the direction ended because
	// its receiver was gone, as [Recorder.Cut] does.
	Kind   Kind
	Cause  Cause
	Reason string // in words
}

// Fact is one thing that is known of a connection outside its bytes. Values may
// come from the wire.
type Fact struct {
	Key   string `json:"key"` // lower-case words with dots, such as "client.tls.version"
	Value string `json:"value"`
}

// Facts are what is known of a connection outside its bytes, in the order in which
// it was learned. They stand in the file as they were told; nobody here reads the keys.
type Facts []Fact

// What a recorder keeps of facts, so that they fit a comment, which has 16 bits
// of length and in which a hostile byte may take six.
const (
	maxFacts     = 64
	maxFactKey   = 64
	maxFactValue = 1024
	maxFactBytes = 8 << 10
)

// fit returns the facts as they can be written: valid UTF-8, and not too many or
// too long.
func (f Facts) fit() Facts {
	var kept Facts
	left := maxFactBytes
	for _, x := range f[:min(len(f), maxFacts)] {
		key, value := cutText(x.Key, maxFactKey), cutText(x.Value, maxFactValue)
		if left -= len(key) + len(value); left < 0 {
			break
		}
		kept = append(kept, Fact{key, value})
	}
	return kept
}

// cutText is valid UTF-8 of at most n bytes.
func cutText(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }

// comments are what the first packet of a connection says.
func (o *Opening) comments(renamed string) []string {
	list := comments(prefixed(joinReasons(o.Reason, renamed)))
	if facts := o.Facts.fit(); len(facts) > 0 {
		list = append(list, meta{Facts: facts}.comment())
	}
	return list
}

// comments are what the packet of an end says: words, and the cause unless the
// packet says it.
func (e *ending) comments() []string {
	list := comments(prefixed(e.reason))
	if c := e.cause.fit(); c != (Cause{}) {
		list = append(list, meta{End: &c}.comment())
	}
	return list
}

// fit returns the cause as it can be written.
func (c Cause) fit() Cause {
	return Cause{cutText(c.Token, maxFactKey), cutText(c.Target, maxFactValue), cutText(c.Detail, maxFactValue)}
}

// cause is why the direction ended that the packet at hand ends.
func (f *flow) cause(kind Kind) Cause {
	p := &f.reader.packet
	switch {
	case !f.own:
		return Cause{}
	case p.end != nil:
		return p.end.fit()
	}
	return wordsToCause(kind, f.packetReason)
}

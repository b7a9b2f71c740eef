package capture

import "github.com/rtmpscope/rtmpscope/capture/internal/meta"

// Cause is why a direction ended, for programs: a stable token, which the relay
// chose and this package only keeps. The words for people stand in Record.Reason.
// Its zero value is an end of which the packet says all there is, or one in a
// capture of others.
type Cause struct {
	// Token is lower-case words with hyphens, such as "dial-refused".
	Token string
	// Target is the host:port that was not reached.
	Target string
	// Detail is what the token leaves open, such as an error of the system.
	Detail string
}

// The tokens that this package gives itself.
const (
	// EndElsewhere is an end that stands in segments that are not here.
	EndElsewhere = "end-elsewhere"
	// EndInWords is an end of which words alone say why.
	EndInWords = "in-words"
)

// Fact is one thing that is known of a connection outside its bytes. Values may
// come from the wire.
type Fact struct {
	Key   string // lower-case words with dots, such as "client.tls.version"
	Value string
}

// Facts are what is known of a connection outside its bytes, in the order in which
// it was learned. They stand in the file as they were told; nobody here reads the keys.
type Facts []Fact

// factsOf are the facts that a comment says, as many as a recorder writes.
func factsOf(told []meta.Fact) (facts Facts) {
	for _, f := range meta.Fit(told) {
		facts = append(facts, Fact(f))
	}
	return facts
}

// learned are the facts that the packet at hand says.
func (f *flow) learned() Facts {
	if !f.own {
		return nil
	}
	return f.reader.packet.facts
}

// cause is why the direction ended that the packet at hand ends.
func (f *flow) cause(kind Kind) Cause {
	p := &f.reader.packet
	switch {
	case !f.own:
		return Cause{}
	case p.end != nil:
		return Cause(p.end.Fit())
	}
	return wordsToCause(kind, f.packetReason)
}

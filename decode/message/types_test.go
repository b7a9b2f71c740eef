package message

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// TestSummaries: one line a type, from values set by hand.
func TestSummaries(t *testing.T) {
	for _, c := range []struct {
		m    Parsed
		want string
	}{
		{Parsed{Type: chunk.TypeSetChunkSize, Value: 60000}, "60,000 bytes from here on, was 128"},
		{Parsed{Type: chunk.TypeAbort, Value: 7}, "drop the message on chunk stream 7"},
		{Parsed{Type: chunk.TypeAcknowledgement, Value: 2500000}, "2,500,000 bytes received so far"},
		{Parsed{Type: chunk.TypeWindowAckSize, Value: 2500000}, "acknowledge every 2,500,000 bytes"},
		{Parsed{Type: chunk.TypeSetPeerBandwidth, Value: 1000, Limit: 2}, "at most 1,000 bytes unacknowledged (dynamic)"},
		{Parsed{Type: chunk.TypeUserControl, Event: 0, Value: 1}, "message stream 1"},
		{Parsed{Type: chunk.TypeUserControl, Event: 3, Value: 1, Value2: 3000}, "message stream 1, 3000 ms"},
		{Parsed{Type: chunk.TypeUserControl, Event: EventPingRequest, Value: 5}, "timestamp 5"},
		{Parsed{Type: chunk.TypeUserControl, Event: EventPingResponse, Value: 5}, "timestamp 5"},
		{Parsed{Type: chunk.TypeUserControl, Event: 32, Value: 1}, "message stream 1"},
		{Parsed{Type: chunk.TypeUserControl, Event: 26}, "event 26"},
		{Parsed{Type: chunk.TypeUserControl, Event: 99}, "event 99"},
		{Parsed{Type: chunk.TypeAudio}, ""},
		{Parsed{Type: 23}, ""},
	} {
		if got := Summary(&c.m, 128); got != c.want {
			t.Errorf("type %d, event %d: %q, want %q", c.m.Type, c.m.Event, got, c.want)
		}
	}
}

// TestControlMessagesEnd: a byte behind what a control message has is shown as one that
// should not be there, and a body that is cut as bad.
func TestControlMessagesEnd(t *testing.T) {
	for typ, n := range map[uint8]int{
		chunk.TypeSetChunkSize: 4, chunk.TypeAbort: 4, chunk.TypeAcknowledgement: 4, chunk.TypeWindowAckSize: 4, chunk.TypeSetPeerBandwidth: 5,
	} {
		body := []byte{0, 0, 0, 1, 2, 9}
		fields := Fields(typ, body[:n+1], Context{Limits: testLimits})
		if last := fields[len(fields)-1]; last.Name != "trailing bytes" || !last.Bad || last.Note == "" || last.End != n+1 {
			t.Errorf("type %d with a byte too many: %+v", typ, last)
		}
		if fields = Fields(typ, body[:n], Context{Limits: testLimits}); fields[len(fields)-1].Bad || fields[0].Note == "" {
			t.Errorf("type %d: %+v", typ, fields)
		}
		if fields = Fields(typ, body[:n-1], Context{Limits: testLimits}); !fields[len(fields)-1].Bad {
			t.Errorf("type %d that is cut: %+v", typ, fields)
		}
	}
}

// TestTheTableOfTypes: sixteen types, each with a name and, but for the one that no
// specification has, a source; nothing is registered twice.
func TestTheTableOfTypes(t *testing.T) {
	known := 0
	for id := range 256 {
		x, ok := Find(uint8(id))
		if ok != Known(uint8(id)) || ok && (int(x.ID) != id || Name(uint8(id)) != x.Name || x.Name == "") || !ok && x.Name != "" {
			t.Errorf("type %d: %+v, %v", id, x, ok)
		}
		if ok {
			known++
			if (x.Source == "") != (id == chunk.TypeVirtualControl) {
				t.Errorf("type %d is defined in %q", id, x.Source)
			}
		}
	}
	if known != 16 || Name(23) != "Type 23" {
		t.Errorf("%d types are known; 23 is %s", known, Name(23))
	}
	defer func() {
		if recover() == nil {
			t.Error("a type is registered twice")
		}
	}()
	register(Type{ID: chunk.TypeAudio})
}

// TestAnEventThatRunsPastTheMessage: its length is called bad, and what there is of its
// data is shown.
func TestAnEventThatRunsPastTheMessage(t *testing.T) {
	body := append([]byte{0, 1, 'o', 0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0, 0}, 4, 0, 0, 0, 9, 'x', 'y')
	fields := Fields(chunk.TypeSharedObjectAMF0, body, Context{Limits: testLimits})
	event := fields[len(fields)-1]
	n, data := event.Children[1], event.Children[2]
	if event.Name != "event" || !event.Bad || n.Name != "event data length" || !n.Bad || n.Note != "runs past the message" ||
		data.Name != "cut event data" || data.Value != "2 bytes" || event.Children[0].Symbol != "Change" {
		t.Errorf("%+v", event)
	}
	if flags := fields[2]; flags.Name != "flags" || flags.Children[0].Symbol != "persistent" {
		t.Errorf("%+v", flags)
	}
}

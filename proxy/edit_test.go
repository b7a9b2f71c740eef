package proxy

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// applied returns what a receiver is sent when the edits are applied to what came in.
func applied(t *testing.T, in []byte, edits []Edited) (out []byte) {
	t.Helper()
	var at int64
	for _, e := range edits {
		if e.Offset < at || e.Offset+e.Removed > int64(len(in)) {
			t.Fatalf("an edit of %d bytes at %d, after %d and before %d", e.Removed, e.Offset, at, len(in))
		}
		out = append(append(out, in[at:e.Offset]...), e.Inserted...)
		at = e.Offset + e.Removed
	}
	return append(out, in[at:]...)
}

// meddler is an Editor that does what it likes, by a seed.
type meddler struct{ rng *rand.Rand }

func (m meddler) Edit(p []byte) (edits []Edit) {
	for at := 0; m.rng.IntN(3) > 0; {
		at += m.rng.IntN(len(p) + 2 - min(at, len(p)))
		e := Edit{At: at}
		if m.rng.IntN(2) == 0 {
			e.Remove = m.rng.Int64N(3 * int64(len(p)))
		}
		if m.rng.IntN(2) == 0 {
			e.Insert = bytes.Repeat([]byte{'X'}, m.rng.IntN(300))
		}
		if m.rng.IntN(2) == 0 {
			e.Waiting = time.Duration(m.rng.IntN(3000)) * time.Millisecond
		}
		edits = append(edits, e)
	}
	return edits
}

// TestInvariantEditsAccount: bytes out are bytes in with the edits applied that were
// told, in both directions, whatever the editor does, with ends of every kind.
func TestInvariantEditsAccount(t *testing.T) {
	clean, waited := 0, time.Duration(0)
	for seed := range uint64(300) {
		synctest.Test(t, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 11))
			v := newVirtual(t, 1<<(4+rng.IntN(12)))
			v.proxy.Edit = func(_ ConnID, dir Direction, info ConnInfo) Editor {
				if info.Connected.IsZero() {
					t.Error("an editor is made before the connection is")
				}
				return meddler{rand.New(rand.NewPCG(seed, 12+uint64(dir)))}
			}
			v.serve(Listener{})
			v.connect()
			client, server := v.play(seed, rng.IntN(4) == 0)
			for _, half := range [][2]*actor{{client, server}, {server, client}} {
				from, to := half[0], half[1]
				key := flowKey{1, from.from}
				read, edits := v.tap.bytes[key], v.tap.edits[key]
				want := applied(t, read, edits)
				if !bytes.HasPrefix(from.sent, read) || !bytes.HasPrefix(want, to.got) {
					t.Errorf("%v: got %d bytes that are no beginning of the %d that %d edits make of the %d read", key.dir, len(to.got), len(want), len(edits), len(read))
				}
				if errors.Is(to.end, io.EOF) {
					if clean++; len(to.got) != len(want) {
						t.Errorf("%v: a clean end after %d of %d bytes", key.dir, len(to.got), len(want))
					}
				}
				for _, e := range edits {
					waited += e.Wait
				}
			}
		})
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	if clean < 150 || waited < time.Hour/4 {
		t.Errorf("%d clean ends, %v waited: too little was tried", clean, waited)
	}
}

// fixed is an Editor that makes the same edits at every read.
type fixed []Edit

func (f fixed) Edit([]byte) []Edit { return f }

// inEdited runs f with a Server that edits what the client sends.
func inEdited(t *testing.T, editor Editor, f func(t *testing.T, v *virtual)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, 1000)
		v.proxy.Edit = func(_ ConnID, dir Direction, _ ConnInfo) Editor {
			if dir == FromServer {
				return nil
			}
			return editor
		}
		v.serve(Listener{})
		v.connect()
		f(t, v)
	})
}

// TestEdits: what each kind of edit makes of "0123456789", and how it is told.
func TestEdits(t *testing.T) {
	x := []byte("X")
	for _, tt := range []struct {
		name  string
		edits fixed
		out   string
		told  []Edited
	}{
		{"none", nil, "0123456789", nil},
		{"empty", fixed{{At: 3}}, "0123456789", nil},
		{"insert", fixed{{At: 0, Insert: x}, {At: 10, Insert: x}}, "X0123456789X", []Edited{{Inserted: x}, {Offset: 10, Inserted: x}}},
		{"remove", fixed{{At: 2, Remove: 3}}, "0156789", []Edited{{Offset: 2, Removed: 3}}},
		{"replace", fixed{{At: 2, Remove: 3, Insert: x}}, "01X56789", []Edited{{Offset: 2, Removed: 3, Inserted: x}}},
		{"wait", fixed{{At: 4, Waiting: time.Second}}, "0123456789", []Edited{{Offset: 4, Wait: time.Second}}},
		{"more than there is", fixed{{At: 8, Remove: 5}}, "01234567", []Edited{{Offset: 8, Removed: 2}}},
		{"behind the end", fixed{{At: 11, Insert: x}}, "0123456789X", []Edited{{Offset: 10, Inserted: x}}},
		{"out of order", fixed{{At: 5, Insert: x}, {At: 2, Remove: 1}}, "01234X6789", []Edited{{Offset: 5, Removed: 1, Inserted: x}}},
		{"within what is left out", fixed{{At: 2, Remove: 6}, {At: 4, Insert: x}}, "01X89", []Edited{{Offset: 2, Removed: 6}, {Offset: 8, Inserted: x}}},
		{"negative", fixed{{At: -3, Remove: -3, Waiting: -3}}, "0123456789", nil},
	} {
		inEdited(t, tt.edits, func(t *testing.T, v *virtual) {
			began := time.Now()
			_, err := v.client.Write([]byte("0123456789"))
			must(t, err)
			must(t, v.client.CloseWrite())
			got := readAll(t, v.server)
			var waits time.Duration
			for _, e := range tt.told {
				waits += e.Wait
			}
			if took := time.Since(began); string(got) != tt.out || took != waits {
				t.Errorf("%s: %q after %v, want %q after %v", tt.name, got, took, tt.out, waits)
			}
			synctest.Wait()
			told := v.tap.edits[flowKey{1, FromClient}]
			if !slices.EqualFunc(told, tt.told, sameEdit) {
				t.Errorf("%s: told %+v, want %+v", tt.name, told, tt.told)
			}
			if want := applied(t, []byte("0123456789"), told); !bytes.Equal(got, want) {
				t.Errorf("%s: %q, the edits make %q", tt.name, got, want)
			}
		})
	}
}

func sameEdit(a, b Edited) bool {
	return a.Offset == b.Offset && a.Removed == b.Removed && a.Wait == b.Wait && bytes.Equal(a.Inserted, b.Inserted)
}

// TestEditAcrossReads: what is left out goes on over reads, and each part is told
// with the bytes that it is of.
func TestEditAcrossReads(t *testing.T) {
	once := &onceEditor{Edit{At: 1, Remove: 7}}
	inEdited(t, once, func(t *testing.T, v *virtual) {
		for _, p := range []string{"0123", "4567", "89"} {
			_, err := v.client.Write([]byte(p))
			must(t, err)
			synctest.Wait()
		}
		must(t, v.client.CloseWrite())
		if got := readAll(t, v.server); string(got) != "089" {
			t.Errorf("got %q", got)
		}
		told := v.tap.edits[flowKey{1, FromClient}]
		want := []Edited{{Offset: 1, Removed: 3}, {Offset: 4, Removed: 4}}
		if !slices.EqualFunc(told, want, sameEdit) {
			t.Errorf("told %+v, want %+v", told, want)
		}
	})
}

// onceEditor makes its edit at the first read.
type onceEditor struct{ edit Edit }

func (o *onceEditor) Edit([]byte) []Edit {
	first := o.edit
	o.edit = Edit{}
	return []Edit{first}
}

// TestWaitingEditorEnds: a shutdown does not wait for an edit that waits, bytes are
// passed on all the same, and the wait is told as it was.
func TestWaitingEditorEnds(t *testing.T) {
	inEdited(t, fixed{{At: 1, Waiting: time.Hour}}, func(t *testing.T, v *virtual) {
		_, err := v.client.Write([]byte("ab"))
		must(t, err)
		time.Sleep(time.Minute)
		flow := v.proxy.Connections()[0].FromClient
		if flow.Pending != 0 || flow.Held != 0 || flow.Queued != 0 {
			t.Errorf("the receiver is said to hold bytes up that the editor does: %+v", flow)
		}
		began := time.Now()
		endServer(v.proxy, true)
		if took := time.Since(began); took > lingerTime {
			t.Errorf("the shutdown took %v", took)
		}
		got, err := io.ReadAll(v.server)
		told := v.tap.edits[flowKey{1, FromClient}]
		if string(got) != "ab" || err != nil || len(told) != 1 || told[0].Wait != time.Minute {
			t.Errorf("got %q, %v, told %+v", got, err, told)
		}
		up, _ := v.ends()
		wantEnd(t, "client", up, Shutdown, ShutDown)
	})
}

// TestEditToAReceiverThatIsGone: it ends as without an editor.
func TestEditToAReceiverThatIsGone(t *testing.T) {
	for _, edits := range []fixed{{{At: 1, Insert: []byte("X")}}, {{At: 0, Insert: []byte("X")}}, {{At: 0, Waiting: time.Second}}} {
		inEdited(t, edits, func(t *testing.T, v *virtual) {
			v.server.abort()
			_, _ = v.client.Write([]byte("ab"))
			if _, err := v.client.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("the client ended with %v", err)
			}
		})
	}
}

type panicking struct{}

func (panicking) Edit([]byte) []Edit { panic("editor is broken") }

// TestEditorPanicIsContained: bytes pass unchanged.
func TestEditorPanicIsContained(t *testing.T) {
	inEdited(t, panicking{}, func(t *testing.T, v *virtual) {
		for range 2 {
			_, err := v.client.Write([]byte("ab"))
			must(t, err)
			synctest.Wait()
		}
		must(t, v.client.CloseWrite())
		if got := readAll(t, v.server); string(got) != "abab" {
			t.Errorf("got %q", got)
		}
	})
}

// mute is a Tap that is not told of edits.
type mute struct{ Tap }

// TestEditsAreNeverSilent: without somebody who is told nothing is edited.
func TestEditsAreNeverSilent(t *testing.T) {
	for _, tap := range []Tap{nil, mute{newSpy()}} {
		s := &Server{Tap: tap, Upstream: &TCPUpstream{Address: "127.0.0.1:1"}, Edit: func(ConnID, Direction, ConnInfo) Editor { return nil }}
		must(t, s.Listen(t.Context(), Listener{Address: "127.0.0.1:0"}))
		if err := s.Serve(context.Background()); !errors.Is(err, errUnaudited) {
			t.Errorf("Serve returned %v", err)
		}
		must(t, s.Shutdown(context.Background()))
	}
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, 100)
		v.proxy.Tap = brokenAuditor{&panicky{at: 1}}
		v.proxy.Edit = func(ConnID, Direction, ConnInfo) Editor { return fixed{{Insert: []byte("X")}} }
		v.serve(Listener{})
		v.connect()
		_, err := v.client.Write([]byte("ab"))
		must(t, err)
		must(t, v.client.CloseWrite())
		if got := readAll(t, v.server); string(got) != "ab" {
			t.Errorf("after the tap broke %q was sent", got)
		}
	})
}

type brokenAuditor struct{ *panicky }

func (brokenAuditor) Edited(ConnID, Direction, time.Time, Edited) {}

// TestQueueEdited: an edit stands behind its bytes, is never dropped, and counts.
func TestQueueEdited(t *testing.T) {
	q := NewQueue(minBudget+2000, false)
	q.Opened(1, ConnInfo{})
	q.Data(1, FromClient, time.Unix(1, 0), NewBuffer(make([]byte, readSize)))
	q.Data(1, FromClient, time.Unix(2, 0), NewBuffer(make([]byte, readSize))) // no room
	held := q.Stats().Held
	q.Edited(1, FromClient, time.Unix(2, 0), Edited{Offset: readSize, Inserted: make([]byte, 5000)})
	if grew := q.Stats().Held - held; grew < 5000 {
		t.Errorf("5000 bytes cost %d", grew)
	}
	q.Close()
	q.Edited(1, FromClient, time.Unix(3, 0), Edited{})
	var kinds []ItemKind
	for it, ok := q.Next(); ok; it, ok = q.Next() {
		if kinds = append(kinds, it.Kind); it.Kind == ItemEdited && (it.Edited.Offset != readSize || it.Dir != FromClient || !it.At.Equal(time.Unix(2, 0))) {
			t.Errorf("%+v of %v at %v", it.Edited, it.Dir, it.At)
		}
		it.Release()
	}
	if want := []ItemKind{ItemOpened, ItemData, ItemGap, ItemEdited}; !slices.Equal(kinds, want) || q.Stats().Held != 0 {
		t.Errorf("kinds %v, want %v; %d bytes are still counted", kinds, want, q.Stats().Held)
	}
}

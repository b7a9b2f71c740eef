package proxy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// modelRuns is how many conversations the model test plays. RELAY_RUNS changes it,
// RELAY_SEED plays one alone.
const modelRuns = 3000

// TestRelayAgainstItsModel plays random conversations: both ends write, stall,
// half-close, close and reset when they like, through buffers of random size, and
// the server is told to end at any time. Whatever happens, what one end has got
// must be a beginning of what the other sent, and a clean end must be one.
func TestRelayAgainstItsModel(t *testing.T) {
	if seed, err := strconv.ParseUint(os.Getenv("RELAY_SEED"), 10, 64); err == nil {
		converse(t, seed, nil)
		return
	}
	runs := modelRuns
	if testing.Short() {
		runs /= 4
	}
	if n, err := strconv.Atoi(os.Getenv("RELAY_RUNS")); err == nil {
		runs = n
	}
	seen := map[string]int{}
	for seed := range uint64(runs) {
		if converse(t, seed, seen); t.Failed() {
			t.Fatalf("run it again with RELAY_SEED=%d go test -run TestRelayAgainstItsModel ./proxy", seed)
		}
	}
	for _, way := range []string{"fin eof", "reset reset", "aborted reset", "timeout reset", "shutdown eof", "timeout shutdown-stalled", "timeout half-close-stalled", "timeout half-close-silent"} {
		if seen[way] < runs/200 {
			t.Errorf("%q was met %d times in %d runs: the model does not try it", way, seen[way], runs)
		}
	}
	t.Log(seen)
}

// actor is one far end of the relayed connection: it writes by a script and reads
// at its own speed, and keeps what it did and saw.
type actor struct {
	conn *end
	rng  *rand.Rand
	from Direction

	sent []byte // what was written
	got  []byte
	end  error // what reading ended with; io.EOF is a clean end
}

// speaks writes, waits and ends in some way.
func (a *actor) speaks(steps int) {
	key := flowKey{1, a.from}
	for range steps {
		if a.rng.IntN(2) == 0 {
			time.Sleep(time.Duration(a.rng.IntN(700)) * time.Millisecond)
			continue
		}
		from := int64(len(a.sent))
		n, err := a.conn.Write(pattern(key, from, 1+a.rng.Int64N(1<<a.rng.IntN(16))))
		if a.sent = append(a.sent, pattern(key, from, int64(n))...); err != nil {
			return
		}
	}
	switch pick(a.rng, 8, 1, 1) {
	case 0:
		_ = a.conn.CloseWrite()
	case 1:
		_ = a.conn.Close()
	case 2:
		a.conn.abort()
	}
}

// listens reads, with pauses, one of which may be a long one.
func (a *actor) listens(rng *rand.Rand) {
	p := make([]byte, 1<<rng.IntN(17))
	for slow := rng.IntN(4) == 0; a.end == nil; {
		var n int
		n, a.end = a.conn.Read(p)
		a.got = append(a.got, p[:n]...)
		if slow && rng.IntN(4) == 0 {
			time.Sleep(time.Duration(1<<rng.IntN(13)) * time.Millisecond)
		}
	}
}

// pick returns an index, each as often as its weight says.
func pick(rng *rand.Rand, weights ...int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := rng.IntN(sum)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// converse plays the conversation of a seed and checks it.
func converse(t *testing.T, seed uint64, seen map[string]int) {
	synctest.Test(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(seed, 5))
		v := newVirtual(t, 1<<(4+rng.IntN(14)))
		v.serve(Listener{})
		v.connect()
		client, server := v.play(seed, rng.IntN(3) == 0)
		checkHalf(t, seen, v.tap, client, server)
		checkHalf(t, seen, v.tap, server, client)
	})
}

// play lets both ends act, and perhaps the server end, until all is over.
func (v *virtual) play(seed uint64, ends bool) (client, server *actor) {
	client, server = &actor{conn: v.client, from: FromClient}, &actor{conn: v.server, from: FromServer}
	var acting sync.WaitGroup
	for _, a := range []*actor{client, server} {
		a.rng = rand.New(rand.NewPCG(seed, uint64(a.from)+6))
		steps := a.rng.IntN(12)
		acting.Go(func() { a.speaks(steps) })
		acting.Go(func() { a.listens(rand.New(rand.NewPCG(seed, uint64(a.from)+8))) })
	}
	if rng := rand.New(rand.NewPCG(seed, 10)); ends {
		time.Sleep(time.Duration(rng.IntN(3000)) * time.Millisecond)
		go endServer(v.proxy, rng.IntN(2) == 0)
	}
	acting.Wait()
	v.stop()
	return client, server
}

// endServer tells the server to end, gently or at once.
func endServer(s *Server, gently bool) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if !gently {
		cancel()
	}
	_ = s.Shutdown(ctx)
}

// checkHalf compares what one end sent with what the other got, what the tap saw,
// and how it ended.
func checkHalf(t *testing.T, seen map[string]int, tap *spy, from, to *actor) {
	key := flowKey{1, from.from}
	copied, told := tap.bytes[key], tap.ends[key]
	if !bytes.HasPrefix(from.sent, copied) {
		t.Errorf("%v: the tap's %d bytes are no beginning of the %d that were sent", from.from, len(copied), len(from.sent))
	}
	if !bytes.HasPrefix(copied, to.got) {
		t.Errorf("%v: the %d bytes received are no beginning of the %d that were read", from.from, len(to.got), len(copied))
	}
	saw := "reset"
	switch {
	case errors.Is(to.end, io.EOF):
		saw = "eof"
	case errors.Is(to.end, net.ErrClosed):
		saw = "nothing" // it closed its end itself
	}
	if saw == "eof" && told.How != Fin && told.How != Shutdown {
		t.Errorf("%v: ended with %v (%s), and the receiver saw a clean end", from.from, told.How, told.Reason)
	}
	if saw == "eof" && told.How == Fin && (!from.conn.finished() || len(to.got) != len(from.sent)) {
		t.Errorf("%v: a clean end after %d of %d bytes, FIN was sent: %v", from.from, len(to.got), len(from.sent), from.conn.finished())
	}
	if saw == "eof" && len(to.got) != len(copied) {
		t.Errorf("%v: a clean end (%v, %s) after %d of the %d bytes that were read", from.from, told.How, told.Reason, len(to.got), len(copied))
	}
	if saw == "reset" && (told.How == Fin || told.How == Shutdown) && len(to.got) == len(copied) && tap.ends[flowKey{1, to.from}].How <= Fin {
		t.Errorf("%v: %v, all bytes, and a reset", from.from, told.How)
	}
	if seen != nil {
		seen[fmt.Sprint(told.How, " ", saw)]++
		seen[fmt.Sprint(told.How, " ", told.Reason)]++
	}
}

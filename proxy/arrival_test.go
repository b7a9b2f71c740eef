package proxy

import (
	"context"
	"errors"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// porter is a spy that also remembers who arrived, in one order with what was opened.
type porter struct {
	*spy
	heard []string
	at    time.Duration
	begun time.Time
	asked ConnInfo
}

func (p *porter) Arrived(_ ConnID, info ConnInfo) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard, p.at, p.asked = append(p.heard, "arrived"), time.Since(p.begun), info
}

func (p *porter) Opened(id ConnID, info ConnInfo) {
	p.spy.Opened(id, info)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard = append(p.heard, "opened")
}

// TestArrival: of a client whose upstream takes long to answer, or does not, the tap
// hears before the outcome; of one whose upstream answers at once it hears nothing more.
func TestArrival(t *testing.T) {
	for _, c := range []struct {
		name   string
		takes  time.Duration
		failed error
		want   []string
	}{
		{"at once", arrivalAfter - time.Millisecond, nil, []string{"opened"}},
		{"late", 4 * time.Second, nil, []string{"arrived", "opened"}},
		{"never", time.Minute, nil, []string{"arrived", "opened"}},
		{"refused late", time.Second, errors.New("no"), []string{"arrived", "opened"}},
		{"refused at once", 0, errors.New("no"), []string{"opened"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { arrival(t, c.takes, c.failed, c.want) })
		})
	}
}

func arrival(t *testing.T, takes time.Duration, failed error, want []string) {
	v := newVirtual(t, 1000)
	p := &porter{spy: v.tap, begun: time.Now()}
	v.proxy.Tap = p
	v.proxy.Upstream = &TCPUpstream{Address: "192.0.2.1:1936", Dialer: dialFunc(func(ctx context.Context) (net.Conn, error) {
		select {
		case <-time.After(takes):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if failed != nil {
			return nil, failed
		}
		return v.beyond.dial(v.room, 40001), nil
	})}
	v.serve(Listener{})
	v.client = v.accepts.dial(v.room, 40000)
	if reached := takes < DefaultDialTimeout && failed == nil; reached {
		v.reached()
	}
	time.Sleep(time.Minute)
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Equal(p.heard, want) {
		t.Errorf("the tap heard %q, want %q", p.heard, want)
	}
	if want[0] == "arrived" && (p.at != arrivalAfter || p.asked.Upstream != "192.0.2.1:1936" || !p.asked.Connected.IsZero()) {
		t.Errorf("after %v: %+v", p.at, p.asked)
	}
}

package proxy

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// asking is a Front whose clients first write a line with the address they want, and
// are answered with "+" or "-" and a line's end once it was dialled.
type asking struct{ deaf bool }

func (f asking) Welcome(_ context.Context, client Conn) (Conn, Request, error) {
	_ = client.SetReadDeadline(time.Now().Add(time.Hour)) // to be taken away
	line, err := readLine(client)
	if err != nil {
		return nil, Request{}, err
	}
	target, who, _ := strings.Cut(line, " ")
	if target == "rubbish" {
		return nil, Request{}, errors.New("that is no address")
	}
	asked := Request{Target: target, Facts: Facts{{"asked.as", line}}, Finish: func(failed error) (Conn, error) {
		answer := "+\n"
		if failed != nil {
			answer = "-\n"
		}
		if f.deaf {
			return nil, io.ErrShortWrite
		}
		_, err := io.WriteString(client, answer)
		return nil, err
	}}
	if who != "" {
		asked.Client = netip.MustParseAddrPort(who)
		asked.Listener = netip.MustParseAddrPort("198.51.100.7:443")
	}
	return informed{client}, asked, nil
}

// readLine reads no byte behind the line.
func readLine(r io.Reader) (string, error) {
	var line []byte
	for p := make([]byte, 1); ; line = append(line, p[0]) {
		if _, err := io.ReadFull(r, p); err != nil || p[0] == '\n' {
			return string(line), err
		}
	}
}

// informed is a wrapper that knows something, as one of TLS does.
type informed struct{ Conn }

func (c informed) NetConn() net.Conn { return c.Conn }
func (c informed) Facts() Facts      { return Facts{{clientTLS.name, "live.example.com"}} }

// byTarget is a Route to what was asked for.
func (v *virtual) byTarget(_ context.Context, asked Request) (Upstream, error) {
	switch asked.Target {
	case "refused:1935":
		return &TCPUpstream{Address: "192.0.2.9:1935", Dialer: failing(syscall.ECONNREFUSED)}, nil
	case "forbidden:1935":
		return nil, errors.New("not that one")
	}
	return v.upstream("192.0.2.2:1935"), nil
}

// inFront runs f with a Server behind a Front and a client that has written the line.
func inFront(t *testing.T, front asking, line string, f func(t *testing.T, v *virtual)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, 1000)
		v.serve(Listener{Name: "side door", Front: front, Route: v.byTarget})
		v.client = v.accepts.dial(1000, 40000)
		_, _ = io.WriteString(v.client, line)
		f(t, v)
	})
}

// TestFrontDecides: what the client asks for decides where it goes, it is told when
// it is there, the rest is relayed, and all that is known is in ConnInfo.
func TestFrontDecides(t *testing.T) {
	inFront(t, asking{}, "live.test:1935 203.0.113.5:777\nC0C1", func(t *testing.T, v *virtual) {
		v.reached()
		if answer, err := readLine(v.client); answer != "+" || err != nil {
			t.Errorf("the client was told %q, %v", answer, err)
		}
		time.Sleep(2 * time.Hour) // longer than any deadline of the Front
		must(t, v.client.CloseWrite())
		if got := readAll(t, v.server); string(got) != "C0C1" {
			t.Errorf("server got %q", got)
		}
		info := v.info()
		wantFacts := Facts{{FactListener, "side door"}, {"asked.as", "live.test:1935 203.0.113.5:777"}, {FactPeer, "127.0.0.1:40000"},
			{clientTLS.name, "live.example.com"}, {FactTarget, "live.test:1935"}}
		if info.Upstream != "192.0.2.2:1935" || !slices.Equal(info.Facts, wantFacts) {
			t.Errorf("upstream %s, facts %v", info.Upstream, info.Facts)
		}
		if info.Client.String() != "203.0.113.5:777" || info.Listener.String() != "198.51.100.7:443" || info.Connected.IsZero() {
			t.Errorf("client %v at %v", info.Client, info.Listener)
		}
	})
}

// curious is an Upstream that remembers what it was asked.
type curious struct {
	*TCPUpstream
	asked chan Request
}

func (u curious) Connect(ctx context.Context, asked Request) (Conn, error) {
	u.asked <- asked
	return u.TCPUpstream.Connect(ctx, asked)
}

// TestUpstreamGetsTheRequest: as the Front made it, completed by what the socket says.
func TestUpstreamGetsTheRequest(t *testing.T) {
	for _, front := range []Front{nil, asking{}} {
		synctest.Test(t, func(t *testing.T) {
			v, up := newVirtual(t, 1000), curious{asked: make(chan Request, 1)}
			up.TCPUpstream = v.upstream("192.0.2.1:1936")
			v.serve(Listener{Name: "door", Front: front, Upstream: up})
			v.client = v.accepts.dial(1000, 40000)
			_, _ = io.WriteString(v.client, "live.test:1935\n")
			v.reached()
			asked := <-up.asked
			target, known := asked.Facts.Get(FactTarget)
			if asked.Client.String() != "127.0.0.1:40000" || asked.Listener.String() != "127.0.0.1:1935" || asked.Target != target || known != (front != nil) {
				t.Errorf("the upstream was asked %+v", asked)
			}
			if name, _ := asked.Facts.Get(FactListener); name != "door" {
				t.Errorf("facts are %v", asked.Facts)
			}
		})
	}
}

// TestFrontWithoutClaims: what a Front says nothing of is as the socket has it.
func TestFrontWithoutClaims(t *testing.T) {
	inFront(t, asking{}, "live.test:1935\n", func(t *testing.T, v *virtual) {
		v.reached()
		synctest.Wait()
		if info := v.info(); info.Client.String() != "127.0.0.1:40000" || info.Listener.String() != "127.0.0.1:1935" {
			t.Errorf("client %v at %v", info.Client, info.Listener)
		}
		if _, known := v.info().Facts.Get(FactPeer); known {
			t.Error("the client is said to come on behalf of itself")
		}
	})
}

// TestFrontRefuses: a client that does not say what it should is reset, and costs
// no upstream.
func TestFrontRefuses(t *testing.T) {
	for _, tt := range []struct {
		line   string
		after  time.Duration
		reason Reason
	}{
		{"rubbish\n", 0, FrontFailed},
		{"live.test:19", DefaultWelcomeTimeout, FrontTimedOut},
	} {
		inFront(t, asking{}, tt.line, func(t *testing.T, v *virtual) {
			began := time.Now()
			if _, err := v.client.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) || time.Since(began) != tt.after {
				t.Errorf("%q: the client got %v after %v, want a reset after %v", tt.line, err, time.Since(began), tt.after)
			}
			synctest.Wait()
			up, down := v.ends()
			wantEnd(t, "client", up, Timeout, tt.reason)
			wantEnd(t, "server", down, Aborted, tt.reason)
			if n := v.proxy.Totals(); n.Unwelcome != 1 || n.DialFailures != 0 || len(v.beyond.conns) != 0 {
				t.Errorf("%q: totals are %+v", tt.line, n)
			}
			if info := v.info(); !info.Connected.IsZero() || info.Upstream != "" || up.Detail == "" {
				t.Errorf("%q: the tap was told of %+v, %+v", tt.line, info, up)
			}
		})
	}
}

// TestFrontAnswersAFailure: a client that waits for the dial is told that it failed,
// and then ended cleanly; one that cannot be told is reset.
func TestFrontAnswersAFailure(t *testing.T) {
	for target, reason := range map[string]Reason{"refused:1935": Refused, "forbidden:1935": OtherFailure} {
		inFront(t, asking{}, target+"\n", func(t *testing.T, v *virtual) {
			if got := readAll(t, v.client); string(got) != "-\n" {
				t.Errorf("%s: the client was told %q", target, got)
			}
			must(t, v.client.Close())
			synctest.Wait()
			up, down := v.ends()
			wantEnd(t, "client", up, Aborted, reason)
			wantEnd(t, "server", down, Reset, reason)
			if n := v.proxy.Totals(); n.DialFailures != 1 || n.Unwelcome != 0 {
				t.Errorf("totals are %+v", n)
			}
		})
		inFront(t, asking{deaf: true}, target+"\n", func(t *testing.T, v *virtual) {
			if _, err := v.client.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("%s: a client that cannot be told ended with %v", target, err)
			}
		})
	}
}

// TestFrontCannotFinish: when the client cannot be told of its success, nothing goes
// to the server but the end.
func TestFrontCannotFinish(t *testing.T) {
	inFront(t, asking{deaf: true}, "live.test:1935\n", func(t *testing.T, v *virtual) {
		v.reached()
		if got := readAll(t, v.server); len(got) != 0 {
			t.Errorf("server got %q", got)
		}
		if _, err := v.client.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("the client ended with %v", err)
		}
		synctest.Wait()
		up, _ := v.ends()
		wantEnd(t, "client", up, Timeout, FrontFailed)
	})
}

// TestShutdownWhileGreeting: it does not wait for the Front.
func TestShutdownWhileGreeting(t *testing.T) {
	inFront(t, asking{}, "live", func(t *testing.T, v *virtual) {
		synctest.Wait()
		began := time.Now()
		endServer(v.proxy, true)
		up, down := v.ends()
		wantEnd(t, "client", up, Shutdown, ShutDown)
		wantEnd(t, "server", down, Shutdown, ShutDown)
		if took := time.Since(began); took != 0 || v.proxy.Totals().Unwelcome != 0 {
			t.Errorf("it took %v, totals are %+v", took, v.proxy.Totals())
		}
	})
}

// TestListenersHaveTheirOwn: each listener leads to its own upstream, or to that of
// the Server.
func TestListenersHaveTheirOwn(t *testing.T) {
	a, b := listenLoopback(t), listenLoopback(t)
	s := &Server{Upstream: &TCPUpstream{Address: a.Addr().String()}}
	must(t, s.Listen(t.Context(), Listener{Address: "127.0.0.1:0"},
		Listener{Address: "127.0.0.1:0", Name: "b", Upstream: &TCPUpstream{Address: b.Addr().String()}}))
	served := make(chan error, 1)
	go func() { served <- s.Serve(context.Background()) }()
	for i, up := range []net.Listener{a, b} {
		client, err := net.Dial("tcp", s.Addrs()[i].String())
		must(t, err)
		server, err := up.Accept()
		must(t, err)
		_, err = io.WriteString(server, "hello\n")
		must(t, err)
		line, err := bufio.NewReader(client).ReadString('\n')
		if line != "hello\n" || err != nil {
			t.Errorf("through listener %d came %q, %v", i, line, err)
		}
		conns := s.Connections()
		if info := conns[len(conns)-1].Info; info.Upstream != up.Addr().String() {
			t.Errorf("listener %d led to %s, want %s", i, info.Upstream, up.Addr())
		}
		must(t, server.Close())
		must(t, client.Close())
	}
	must(t, s.Shutdown(t.Context()))
	must(t, <-served)
}

// TestEveryListenerLeadsSomewhere: to an upstream or a route.
func TestEveryListenerLeadsSomewhere(t *testing.T) {
	route := func(context.Context, Request) (Upstream, error) { return nil, io.EOF }
	for _, tt := range []struct {
		listeners []Listener
		want      error
	}{
		{[]Listener{{}}, errNoUpstream},
		{[]Listener{{Route: route}, {}}, errNoUpstream},
		{[]Listener{{Route: route}, {Upstream: &TCPUpstream{Address: "192.0.2.1:1935"}}}, nil},
	} {
		s := &Server{}
		for i := range tt.listeners {
			tt.listeners[i].Address = "127.0.0.1:0"
		}
		must(t, s.Listen(t.Context(), tt.listeners...))
		if err := s.CheckUpstream(t.Context()); !errors.Is(err, tt.want) {
			t.Errorf("%v: %v, want %v", tt.listeners, err, tt.want)
		}
		must(t, s.Shutdown(t.Context()))
	}
}

package cli

import (
	"context"
	"net"
	"time"

	"github.com/rtmpscope/rtmpscope/proxy/endpoint"
)

// builtInDrain is how long clients of the built-in server may finish.
const builtInDrain = time.Second

// builtIn is the running built-in server.
type builtIn struct {
	server *endpoint.Server
	addr   net.Addr
	served chan error
}

// startBuiltIn starts the built-in server on a free port of this machine.
func startBuiltIn(log *eventLog) (*builtIn, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fail(exitFailed, "the built-in server: %w", err)
	}
	o := &builtIn{addr: l.Addr(), served: make(chan error, 1)}
	o.server = &endpoint.Server{Version: version(), OnEvent: func(e endpoint.Event) {
		entry := log.WithField("client", e.Remote)
		if e.Err != nil {
			entry = entry.WithError(e.Err)
		}
		entry.Debug("built-in server: " + e.Text) // never e.Stream: it may be a key
	}}
	go func() { o.served <- o.server.Serve(l) }()
	return o, nil
}

func (o *builtIn) target() target { return target{address: o.addr.String(), builtIn: true} }

// stop ends the server and waits for it.
func (o *builtIn) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), builtInDrain)
	defer cancel()
	o.server.Shutdown(ctx) //nolint:errcheck // what is left after the drain is cut
	<-o.served             //nolint:errcheck // it says that it was told to end
}

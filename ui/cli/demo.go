package cli

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/rtmpscope/rtmpscope/proxy"
	"github.com/rtmpscope/rtmpscope/proxy/endpoint"
	"github.com/spf13/cobra"
)

// demoListen is where the demo listens when that is free.
const demoListen = "127.0.0.1:1935"

func newDemo() *cobra.Command {
	flags := newLiveFlags()
	flags.alone = true
	c := &cobra.Command{
		Use:   "demo",
		Short: "Watch a scripted player and publisher; nothing else is needed",
		Long: `Start the built-in server, the proxy in front of it, and three scripted clients:
one plays the test stream demo/clock, one publishes, one asks for a stream that
does not exist. Their sessions are shown as those of real programs would be, and
real programs can join in.`,
		Example: `  rtmpscope demo
  rtmpscope demo --for 10s --plain`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !c.Flags().Changed("listen") && !isFree(demoListen) {
				flags.listen = []string{"127.0.0.1:0"}
			}
			if flags.schemeAt(0) != "rtmp" {
				return fail(exitUsage, "the clients of the demo speak plain RTMP: listen with auto:// if others are to come over TLS")
			}
			return runDemo(&flags)
		},
	}
	flags.add(c, demoListen)
	return c
}

// isFree reports whether an address can be listened on.
func isFree(addr string) bool {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return false
	}
	l.Close() // it was only a try
	return true
}

func runDemo(flags *liveFlags) error {
	log, err := newEventLog(flags.logFile, flags.logLevel)
	if err != nil {
		return err
	}
	o, err := startBuiltIn(log)
	if err != nil {
		return err
	}
	defer o.stop()
	flags.greeting = "Stream names are keys, so they are masked: demo/clock is " + maskedClock + " here. K shows them."
	return runLive(flags, o.target(), func(s *proxy.Server) []string { return append(demoHints("rtmp", s.Addrs()[0]), flags.tlsHints()...) }, log, playDemo)
}

// Pauses between the demo's clients, so that a person can follow.
const (
	demoPublishAfter = 1200 * time.Millisecond
	demoMissingAfter = 2500 * time.Millisecond
)

// playDemo runs the scripted clients through the proxy until ctx ends.
func playDemo(ctx context.Context, l *live) error {
	addr := l.server.Addrs()[0].String()
	flash := "LNX rtmpscope-demo/" + version()
	var clients sync.WaitGroup
	errs := make(chan error, 2)
	clients.Go(func() {
		_, err := endpoint.Play(ctx, addr, "demo", "clock", endpoint.Options{FlashVersion: flash, Digest: true})
		errs <- demoError("player", err)
	})
	clients.Go(func() {
		if !pause(ctx, demoPublishAfter) {
			errs <- nil
			return
		}
		_, err := endpoint.Publish(ctx, addr, "live", "demo-camera", endpoint.NewClock(), endpoint.Options{FlashVersion: flash})
		errs <- demoError("publisher", err)
	})
	clients.Go(func() {
		if pause(ctx, demoMissingAfter) {
			endpoint.Play(ctx, addr, "live", "no-such-stream", endpoint.Options{FlashVersion: flash}) //nolint:errcheck // it is there to be refused
		}
	})
	defer clients.Wait()
	for range 2 {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func demoError(who string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the demo's %s: %w", who, err)
}

// pause waits, and reports whether ctx is still alive.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

package cli

import (
	"cmp"
	"fmt"
	"math"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/proxy"
	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"
)

// liveFlags are the flags of commands that relay.
type liveFlags struct {
	output   outputFlags
	screen   screenFlags
	listen   []string
	alone    bool   // the clients are our own
	greeting string // what the screen says at first
	write    string
	segments segmentFlags
	duration time.Duration
	budget   sizeFlag
	lossless bool
	dial     time.Duration
	half     time.Duration
	drain    time.Duration
	most     int
	verdict  bool
	tls      tlsFlags
	// keepRunning lets the relay outlive its terminal.
	keepRunning bool
	check       checkFlags
	logFile     string
	logLevel    string
}

// newLiveFlags are the flags as they are when none is given.
func newLiveFlags() liveFlags {
	return liveFlags{budget: 64 << 20, dial: proxy.DefaultDialTimeout, half: proxy.DefaultHalfCloseTimeout,
		drain: proxy.DefaultDrainTimeout, most: proxy.DefaultMaxConnections}
}

// add adds the flags of every command that relays.
func (l *liveFlags) add(c *cobra.Command, listen string) {
	f := c.Flags()
	f.StringArrayVarP(&l.listen, "listen", "l", []string{listen}, "address to listen on, rtmps://ADDRESS for TLS, auto://ADDRESS for both; may be given several times")
	f.StringVarP(&l.write, "write", "w", "", "record to this pcapng file (default: a temporary one that keeps what came last, offered at the end)")
	f.DurationVar(&l.duration, "for", 0, "end by itself after this time, such as 10s")
	l.output.add(c, asScreen, asText, asJSONL)
	l.screen.addLook(c)
	f.StringVar(&l.logFile, "log-file", "", "write the log to this file instead of standard error")
	f.StringVar(&l.logLevel, "log-level", "info", "error, warning, info or debug")
}

// addRelay adds the flags that matter in front of a real server.
func (l *liveFlags) addRelay(c *cobra.Command) {
	f := c.Flags()
	l.segments.add(c)
	l.tls.add(c)
	f.Var(&l.budget, "tap-budget", "memory for bytes that wait to be recorded; what does not fit is a gap")
	f.BoolVar(&l.lossless, "lossless", false, "let the relay wait for the recording instead of leaving gaps")
	f.DurationVar(&l.dial, "dial-timeout", l.dial, "how long to try to reach the upstream")
	f.DurationVar(&l.half, "half-close-timeout", l.half, "reset a half-closed connection after this long without data (0: never)")
	f.DurationVar(&l.drain, "drain-timeout", l.drain, "how long connections may finish when the program ends; 0 cuts them at once")
	f.IntVar(&l.most, "max-connections", l.most, "reset connections beyond this many")
	f.BoolVar(&l.keepRunning, "keep-running", false, "go on relaying and recording when the terminal goes away (SIGHUP); end with SIGTERM")
	f.BoolVar(&l.verdict, "check", false, "judge the sessions at the end, on standard error; exit with 3 when something is wrong (--expect and --fail-on imply it)")
	l.check.addLive(c)
}

// server makes the relay that the flags describe.
func (l *liveFlags) server(to proxy.Upstream, log logrus.FieldLogger) *proxy.Server {
	return &proxy.Server{
		Upstream:         to,
		DialTimeout:      l.dial,
		HalfCloseTimeout: neverIfZero(l.half),
		DrainTimeout:     neverIfZero(l.drain),
		MaxConnections:   l.most,
		Logger:           log,
	}
}

// neverIfZero maps the flag's 0 to what package proxy calls it: a zero there
// means the default.
func neverIfZero(d time.Duration) time.Duration {
	if d == 0 {
		return -1
	}
	return d
}

const proxyExample = `  rtmpscope proxy rtmp://live.example.com/app        OBS and ffmpeg connect here instead
  rtmpscope proxy rtmps://live.example.com/app       the same for a server that wants TLS
  rtmpscope proxy -l :1936 -w bad.pcapng rtmp://10.0.0.5:1935/live
  rtmpscope proxy                                    the built-in server is the upstream
  rtmpscope proxy --jsonl rtmp://host | jq .summary`

func newProxy() *cobra.Command {
	flags := newLiveFlags()
	c := &cobra.Command{
		Use:   "proxy [UPSTREAM]",
		Short: "Relay RTMP to a server and show every message",
		Long: `Listen for RTMP clients and relay each connection to UPSTREAM, a URL like
rtmp://host[:port][/app] or rtmps://host[:port][/app], without changing a byte of
RTMP. Behind rtmps:// the proxy speaks TLS to the server and clients go on to speak
plain RTMP, unless --listen says otherwise: rtmps:// before its address takes TLS
off, auto:// takes both. With no UPSTREAM the built-in
server takes its place: it accepts publishers, serves players, and always has
the test stream demo/clock.

UPSTREAM may also be @FILE, the URL being the first line of FILE, or stand in the
environment as RTMPSCOPE_UPSTREAM: other users see a command line. What is printed
masks the keys and passwords in URLs.

On a terminal the session is shown in the terminal UI; otherwise, or with
--plain or --jsonl, one line a row is written to standard output.`,
		Example: proxyExample,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			flags.verdict = flags.verdict || c.Flags().Changed("expect") || c.Flags().Changed("fail-on")
			return runProxy(&flags, args)
		},
	}
	flags.add(c, "127.0.0.1:1935")
	flags.addRelay(c)
	return c
}

func runProxy(flags *liveFlags, args []string) error {
	upstream, err := upstreamOf(args)
	if err != nil {
		return err
	}
	log, err := newEventLog(flags.logFile, flags.logLevel)
	if err != nil {
		return err
	}
	if upstream == "" {
		o, err := startBuiltIn(log)
		if err != nil {
			return err
		}
		defer o.stop()
		return runLive(flags, o.target(), func(s *proxy.Server) []string { return demoHints(flags.schemeAt(0), s.Addrs()[0]) }, log, nil)
	}
	to, err := parseUpstream(upstream)
	if err != nil {
		return err
	}
	return runLive(flags, to, func(s *proxy.Server) []string {
		return append(hints(flags.schemeAt(0), s.Addrs()[0], to), flags.tlsHints()...)
	}, log, nil)
}

// screen is what the terminal UI is told about this session.
func (l *live) screen() tui.Options {
	o := l.view
	o.Greeting = cmp.Or(o.Greeting, l.flags.greeting)
	o.Live, o.Alone = true, l.flags.alone
	o.Listen = joinAddrs(l.server.Addrs())
	o.Upstream = l.to.name()
	o.CapturePath = l.file.path
	if l.file.path == "" {
		o.CapturePath = "(temporary, the last " + bound(l.file.most) + ")"
	}
	growing := l.engine.Source()
	o.CaptureSize = func() string { return text.Size(growing.Size()) }
	o.Logs, o.Relay = l.log.recent, l.relayed
	o.Hints = l.hints(l.server)
	o.Desk = desk.New(desk.Options{
		Source: func() source.Sized { return source.Until(growing, growing.Size()) }, Rows: l.analyst.Snapshot, Notes: l.analyst.Notes,
		Record: l.engine.Note, Configure: keepSetting, ShowSecrets: o.Reveal, Version: version(),
	})
	return o
}

// relayed says of each open connection what waits for its two ends, and for how
// long.
func (l *live) relayed() map[string]model.Relayed {
	all := map[string]model.Relayed{}
	for _, c := range l.server.Connections() {
		var r model.Relayed
		for i, f := range [2]proxy.FlowStatus{c.FromClient, c.FromServer} {
			r[i].Bytes, r[i].Held, r[i].Waiting, r[i].Waited = f.Queued, f.Held, f.Pending, f.Blocked
			if p := f.Pace; p != nil {
				r[i].Pace = session.Pace{Behind: p.Behind, Over: p.Over, Span: p.Span, Came: p.Came, Taken: p.Taken, Blocked: p.Blocked, Waiting: p.Waiting, Path: (*session.Path)(p.Path)}
			}
		}
		all[c.Info.Client.String()] = r
	}
	return all
}

func joinAddrs(addrs []net.Addr) string {
	s := ""
	for i, a := range addrs {
		if i > 0 {
			s += ", "
		}
		s += a.String()
	}
	return s
}

// sizeFlag is a number of bytes: 64MiB, 10M, 65536.
type sizeFlag int64

// String writes the size in MiB when that is exact.
func (s *sizeFlag) String() string {
	if *s%(1<<20) == 0 {
		return fmt.Sprintf("%dMiB", *s>>20)
	}
	return fmt.Sprint(int64(*s))
}

// Type is the word for the value in --help.
func (s *sizeFlag) Type() string { return "size" }

// Set reads a number with an optional unit: K, M, G in powers of 1000, KiB, MiB,
// GiB in powers of 1024.
func (s *sizeFlag) Set(v string) error {
	digits := strings.TrimRight(v, "KMGiB")
	n, err := strconv.ParseInt(digits, 10, 64)
	unit, known := sizeUnits[v[len(digits):]]
	if err != nil || !known || n <= 0 || n > math.MaxInt64/unit {
		return fmt.Errorf("%q is not a size such as 64MiB", v)
	}
	*s = sizeFlag(n * unit)
	return nil
}

var sizeUnits = map[string]int64{
	"": 1, "B": 1, "K": 1e3, "KB": 1e3, "M": 1e6, "MB": 1e6, "G": 1e9, "GB": 1e9,
	"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
}

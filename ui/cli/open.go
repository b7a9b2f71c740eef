package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/desk"
	"github.com/rtmpscope/rtmpscope/ui/tui"
	"github.com/rtmpscope/rtmpscope/ui/tui/model"
)

func newOpen() *cobra.Command {
	var screen screenFlags
	var input inputFlags
	var follow followFlag
	c := &cobra.Command{
		Use:   "open FILE",
		Short: "Open a capture in the terminal UI",
		Long: `Open a capture in the terminal UI: one of rtmpscope, or any other pcap or pcapng
file, also compressed with gzip or zstd; - is standard input, which can be
watched while it arrives. In captures made by other tools, connections that are
not RTMP are skipped. A file that another rtmpscope is recording is shown as far
as it goes; F follows it, and --follow follows any file from the beginning.`,
		Example: `  rtmpscope open session.pcapng
  rtmpscope open -Y '~err' session.pcapng
  ssh host tcpdump -U -i any -w - port 1935 | rtmpscope open -`,
		RunE: func(_ *cobra.Command, args []string) error {
			file := input.files(args)[0]
			if err := canDraw(file); err != nil {
				return fail(exitUsage, "open draws on a terminal, but %w; use: rtmpscope log %s", err, file)
			}
			input.growing = follow.of(capture.WhenAsked)
			return openFile(file, &input, screen)
		},
	}
	screen.add(c)
	input.addRead(c, 1, 1)
	input.add(c)
	follow.add(c)
	return c
}

// canDraw says why the terminal UI cannot show a file, nil when it can: its keys
// come from the terminal itself, so that standard input may be the capture.
func canDraw(file string) error {
	if err := drawable(); err != nil {
		return err
	}
	if file != "-" && !term.IsTerminal(int(os.Stdin.Fd())) {
		return errors.New("standard input is not a terminal")
	}
	return tui.CheckTerminal()
}

func openFile(file string, input *inputFlags, screen screenFlags) error {
	src, err := input.open(file)
	if err != nil {
		return err
	}
	defer src.Close()
	if err := isCapture(file, src); err != nil {
		return err
	}
	o := screen.options()
	configure(&o, os.Stderr)
	w := &watched{Input: src}
	a := analyst.New(w, analyst.Options{Judge: lint.New(lint.Config{}), Measure: true})
	o.Reading = func() (done, total int64) {
		if done, total = src.Progress(w.offset.Load()); done >= total && src.Growth() != capture.Settled {
			return 0, 0 // what was there is read, and more may come
		}
		return done, total
	}
	o.Growth, o.Follow = growthOf(src), src.Follow
	o.Desk = fileDesk(file, src, a, o.Reveal)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	signals := watchSignals(stop)
	read := make(chan error, 1)
	go func() { read <- a.Run(ctx) }()
	o.CapturePath = inputName(file)
	o.CaptureSize = func() string { return text.Size(src.Size()) }
	how := ending{file, a}
	o.Trouble, o.Logs = how.short, how.log
	err = tui.Run(ctx, a, o)
	stop()
	switch s := signals(); {
	case s != nil:
		return &exitError{code: exitCodeOf(s)}
	case errors.Is(err, tui.ErrLost):
		return &exitError{code: exitHangup}
	case err != nil:
		return fail(exitFailed, "terminal UI: %w", err)
	}
	return finishedReading(file, a, <-read)
}

// growthOf tells the terminal UI whether a capture grows.
func growthOf(src *capture.Input) func() model.Growth {
	growths := map[capture.Growth]model.Growth{capture.Unfollowed: model.Unfollowed, capture.Followed: model.Followed}
	return func() model.Growth { return growths[src.Growth()] }
}

// watchSignals calls stop when a signal ends the program, and gives a function
// that ends the watch and says which one did, or nil.
func watchSignals(stop func()) (which func() os.Signal) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, endSignals()...)
	over, got := make(chan struct{}), make(chan os.Signal, 1)
	go func() {
		defer close(got)
		select {
		case s := <-signals:
			got <- s
			stop()
		case <-over:
		}
	}()
	return func() os.Signal {
		signal.Stop(signals)
		close(over)
		return <-got
	}
}

// fileDesk is the desk of a file, or of a stream, whose notes wait for the next
// copy and of which what has arrived is copied.
func fileDesk(file string, src *capture.Input, a *analyst.Analyst, secrets bool) *desk.Capture {
	o := desk.Options{Source: func() source.Sized { return source.Until(src, src.Size()) }, Rows: a.Snapshot, Notes: a.Notes,
		Configure: keepSetting, ShowSecrets: secrets, Version: version()}
	if file != "-" {
		o.File = file
	}
	return desk.New(o)
}

// finishedReading reports what was wrong with the file, but not that the person
// quit before the end of it.
func finishedReading(file string, a *analyst.Analyst, err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return readError(file, a, err)
}

// screenFlags are the flags of the terminal UI.
type screenFlags struct {
	ascii, noMouse bool
	secrets        bool
	theme          themeFlag
	filter         filterFlag // rows to list at first
}

func (s *screenFlags) add(c *cobra.Command) {
	c.Flags().BoolVar(&s.secrets, "show-secrets", false, "show stream keys and tokens instead of masking them")
	s.filter.add(c)
	s.addLook(c)
}

// addLook adds the flags that do not stand among the output flags too.
func (s *screenFlags) addLook(c *cobra.Command) {
	c.Flags().BoolVar(&s.ascii, "ascii", false, "terminal UI: draw with ASCII characters only")
	c.Flags().Var(&s.theme, "theme", "terminal UI: the theme, one of "+strings.Join(tui.Themes(), ", "))
	c.Flags().BoolVar(&s.noMouse, "no-mouse", false, "terminal UI: leave the mouse to the terminal")
}

func (s *screenFlags) options() tui.Options {
	return tui.Options{Filter: s.filter.String(), ASCII: s.ascii, Mouse: !s.noMouse, Reveal: s.secrets, Theme: string(s.theme), NoColor: os.Getenv("NO_COLOR") != ""}
}

// themeFlag is --theme. It implements pflag.Value.
type themeFlag string

// String is the name of the theme.
func (t *themeFlag) String() string { return string(*t) }

// Type is the word for the value in --help.
func (t *themeFlag) Type() string { return "name" }

// Set chooses a theme.
func (t *themeFlag) Set(name string) error {
	if !slices.Contains(tui.Themes(), name) {
		return fmt.Errorf("there is no theme %q; there are %s", name, strings.Join(tui.Themes(), ", "))
	}
	*t = themeFlag(name)
	return nil
}

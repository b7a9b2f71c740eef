package cli

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/spf13/cobra"
)

// inputFlags are the flags of every command that reads captures.
type inputFlags struct {
	ports    []uint
	allTCP   bool
	keyLog   string
	unpacked int64
	growing  capture.Growing
	read     []string // files that were named with -r
}

func (i *inputFlags) add(c *cobra.Command) {
	f := c.Flags()
	f.UintSliceVar(&i.ports, "port", nil, "show the connections to this server port, whatever they carry, and no others; may be repeated")
	f.BoolVar(&i.allTCP, "all-tcp", false, "show every TCP connection of somebody else's capture, not only RTMP")
	f.StringVar(&i.keyLog, "keylog", "", "decrypt TLS with the secrets in this file (SSLKEYLOGFILE); FILE.keylog is found by itself")
	f.Int64Var(&i.unpacked, "max-unpacked", 0, "unpack or copy this many GiB of a compressed capture or of a stream, whatever its ratio and the room on the disk (default: 64, at most 200 times its size, while a tenth of the disk stays free)")
}

// followFlag is the flag of commands that can follow a file.
type followFlag struct{ on bool }

func (f *followFlag) add(c *cobra.Command) {
	c.Flags().BoolVarP(&f.on, "follow", "f", false, "follow a file that is still being written, over all its segments, until its recorder ends; one of another program until interrupted")
}

// of says how files are opened; otherwise is for when the flag is not given.
func (f *followFlag) of(otherwise capture.Growing) capture.Growing {
	if f.on {
		return capture.AtOnce
	}
	return otherwise
}

// addRead adds -r, by which tcpdump and tshark name their file, and wants from least to
// most files in all; most is 0 for any number.
func (i *inputFlags) addRead(c *cobra.Command, least, most int) {
	c.Flags().StringArrayVarP(&i.read, "read", "r", nil, "read this `FILE`, as if it stood there without -r")
	c.Args = func(c *cobra.Command, args []string) error {
		switch files := i.files(args); {
		case len(files) < least:
			return errors.New("name a capture; - is standard input")
		case most > 0 && len(files) > most:
			return fmt.Errorf("%d files are named; %s takes %d", len(files), c.Name(), most)
		}
		return nil
	}
}

// files are the captures that are named, with and without -r.
func (i *inputFlags) files(args []string) []string { return slices.Concat(i.read, args) }

// open opens a capture, "-" being standard input.
func (i *inputFlags) open(file string) (*capture.Input, error) {
	o := capture.OpenOptions{AllTCP: i.allTCP, Growing: i.growing, KeyLog: i.keyLog, MaxUnpacked: i.unpacked << 30,
		Lift: "if you trust it, --max-unpacked GIB unpacks up to so many GiB"}
	for _, p := range i.ports {
		if p == 0 || p > math.MaxUint16 {
			return nil, fail(exitUsage, "--port %d: a port is a number from 1 to 65535", p)
		}
		o.Ports = append(o.Ports, uint16(p))
	}
	if i.unpacked < 0 || i.unpacked > 1<<20 {
		return nil, fail(exitUsage, "--max-unpacked %d: give a number of GiB", i.unpacked)
	}
	in, err := capture.OpenFile(file, o)
	if err != nil {
		return nil, fail(exitFailed, "%w", err)
	}
	return in, nil
}

// tellLeftOut says on standard error which connections are not shown, because
// otherwise nobody would look for them.
func tellLeftOut(file string, a *analyst.Analyst) {
	if s := a.LeftOut(); s != "" {
		inform("%s: some TCP connections are not shown (%s); --all-tcp shows all", inputName(file), s)
	}
}

// tellRead says on standard error what an export does not hold: packets that
// could not be read, and connections that were left out. r is nil when nothing
// was read.
func tellRead(file string, r *capture.Reader) {
	if r == nil {
		return
	}
	if s := r.Skipped().String(); s != "" {
		inform("%s: %s", inputName(file), s)
	}
	var all []string
	for _, l := range r.LeftOut() {
		all = append(all, l.String())
	}
	if len(all) > 0 {
		inform("%s: some TCP connections are not exported (%s); --all-tcp exports all", inputName(file), strings.Join(all, ", "))
	}
}

func inputName(file string) string {
	if file == "-" {
		return "standard input"
	}
	return file
}

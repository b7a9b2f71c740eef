package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// relays says how much is measured.
type relays struct {
	rounds   int // of bulk and round trips; what is shown are medians
	mib      int // of a bulk publish
	sessions int // of the fleet
	seconds  int // that it publishes
}

// figures are what was measured of one relay, an item a round.
type figures struct {
	rate, cost, p50, p99, late, fleet []float64
}

// measure puts the relays beside each other: each in turn, as many rounds as asked,
// so that what else the machine does troubles all of them alike.
func (r relays) measure(dir, program string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Printf("A bulk publish of %d MiB and 5000 round trips of %d bytes, medians of %d rounds; %d sessions of %d kbit/s for %d s; %s, %d CPUs, %s\n\n",
		r.mib, pingSize, r.rounds, r.sessions, fleetRate/1000, r.seconds, processor(), runtime.NumCPU(), runtime.Version())
	peers, err := startPeers(dir, program, self)
	got := make([]figures, len(peers))
	if err == nil {
		err = r.all(self, peers, got)
	}
	memory := make([]int, len(peers))
	for i, p := range peers {
		memory[i] = p.memory()
		p.stop()
	}
	if err != nil {
		return err
	}
	r.print(peers, got, memory)
	return nil
}

// all measures all peers, round by round.
func (r relays) all(self string, peers []*peer, got []figures) error {
	for range r.rounds {
		for i, p := range peers {
			if err := r.bulk(self, p, &got[i]); err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
		}
	}
	for i, p := range peers {
		if err := r.fleet(self, p, &got[i]); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// bulk measures one bulk publish, and round trips.
func (r relays) bulk(self string, p *peer, f *figures) error {
	before, known := p.spent()
	out, err := load(self, p, "blast", "-n", strconv.Itoa(r.mib))
	if err != nil {
		return err
	}
	f.rate = append(f.rate, out[0])
	if after, ok := p.spent(); ok && known {
		f.cost = append(f.cost, (after-before)/(float64(r.mib<<20)/1e9))
	}
	if out, err = load(self, p, "ping", "-n", "5000"); err != nil {
		return err
	}
	f.p50, f.p99 = append(f.p50, out[0]), append(f.p99, out[1])
	return nil
}

// fleet measures many sessions.
func (r relays) fleet(self string, p *peer, f *figures) error {
	before, known := p.spent()
	out, err := load(self, p, "fleet", "-n", strconv.Itoa(r.sessions), "-seconds", strconv.Itoa(r.seconds))
	if err != nil {
		return err
	}
	f.late = append(f.late, out[0])
	if after, ok := p.spent(); ok && known {
		f.fleet = append(f.fleet, after-before)
	}
	return nil
}

// load puts a load on a peer and returns the numbers that it prints.
func load(self string, p *peer, what string, args ...string) (out []float64, err error) {
	c := exec.Command(self, append([]string{"-load", what, "-to", at(p.port)}, args...)...)
	var said bytes.Buffer
	c.Stderr = &said
	printed, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	for _, field := range strings.Fields(string(printed)) {
		n, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// put puts one load on an address; the server is one too.
func put(what, to string, n, seconds int) error {
	switch what {
	case "server":
		return server(to)
	case "blast":
		return blast(to, n)
	case "ping":
		return roundTrips(to, n)
	case "fleet":
		return fleet(to, n, seconds)
	}
	return errors.New("there is no such load: " + what)
}

// print prints the table, and what the recordings lack.
func (r relays) print(peers []*peer, got []figures, memory []int) {
	fmt.Println("| | GB/s | CPU s a GB | round trip, median | 99 of 100 | worst write of a session late by | CPU s of all sessions | peak memory |")
	fmt.Println("|---|---|---|---|---|---|---|---|")
	for i, p := range peers {
		f, size := &got[i], "–"
		if memory[i] > 0 {
			size = fmt.Sprintf("%d MB", memory[i])
		}
		fmt.Printf("| %s | %s | %s | %s µs | %s µs | %s ms | %s | %s |\n", p.name, median(f.rate, 2), median(f.cost, 2),
			median(f.p50, 0), median(f.p99, 0), median(f.late, 1), median(f.fleet, 2), size)
	}
	fmt.Println()
	for _, p := range peers {
		if m := regexp.MustCompile(`(?m)^.*not recorded.*$`).Find(p.log.Bytes()); m != nil {
			fmt.Printf("%s: %s\n", p.name, m)
		}
	}
}

// median is the median with so many digits after the point, or a dash.
func median(all []float64, digits int) string {
	if len(all) == 0 {
		return "–"
	}
	slices.SortFunc(all, func(a, b float64) int { return cmp.Compare(a, b) })
	return strconv.FormatFloat(all[len(all)/2], 'f', digits, 64)
}

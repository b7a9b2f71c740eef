// Command mutate measures what the tests notice: it breaks the program in small
// ways, one at a time, and reports the breaks that the broken package's own
// tests let pass.
//
//	go run ./test/mutate -n 300 -seed 7                 # all packages of the product
//	go run ./test/mutate -each 20 ./decode/session      # twenty mutants of one package
//
// A mutant is one edit: a condition is negated, an operator swapped, a whole
// number is off by one, a statement is dropped, or a zero value is returned.
// Which ones are tried follows from the seed alone. The tree is never written:
// the edit reaches the compiler as an overlay, and programs that the tests build
// themselves get it too. Tests run with -short, which leaves out other programs,
// and with a time limit; a mutant that hangs is killed. One that does not
// compile is no mutant, and another is drawn for it.
//
// Survivors that no test could notice, because the edit changes nothing that
// matters, are set aside in equivalent.txt, each with its reason.
//
// The program is our own because the kept tools (gremlins, go-mutesting) copy or
// rewrite the tree, drop no statements or draw no sample by seed, and a run over
// everything takes a night.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// product is what is measured when no package is named.
var product = []string{"./proxy/...", "./capture/...", "./decode/...", "./ui/..."}

// options are the command line.
type options struct {
	n, each  int
	seed     uint64
	patience time.Duration
	long     bool
	list     bool
	verbose  bool
}

func main() {
	var o options
	flag.IntVar(&o.n, "n", 100, "number of mutants over all packages, by the number of places where they can be broken")
	flag.IntVar(&o.each, "each", 0, "number of mutants in each package, instead of -n")
	flag.Uint64Var(&o.seed, "seed", 1, "which mutants are drawn")
	flag.DurationVar(&o.patience, "patience", 10*time.Second, "time for the tests beside five times what they take unbroken")
	flag.BoolVar(&o.long, "long", false, "run the tests without -short")
	flag.BoolVar(&o.list, "list", false, "print the mutants that would be tried, and try none")
	flag.BoolVar(&o.verbose, "v", false, "print every mutant as it is tried")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// run draws, tries and reports.
func run(ctx context.Context, o options, patterns []string) error {
	if len(patterns) == 0 {
		patterns = product
	}
	all, err := listPackages(ctx, patterns)
	if err != nil {
		return err
	}
	aside, err := parseEquivalents(equivalentText, all)
	if err != nil {
		return err
	}
	draw(all, o)
	if o.list {
		return list(all)
	}
	bench, err := newBench(o)
	if err != nil {
		return err
	}
	defer bench.close()
	for _, p := range all {
		if err = bench.try(ctx, p, aside); err != nil {
			break
		}
	}
	report(os.Stdout, all, o.seed) // what there is, if it was interrupted
	return err
}

// list prints the mutants that are drawn, without the spare ones.
func list(all []*pkg) error {
	for _, p := range all {
		for _, m := range p.drawn[:min(p.want, len(p.drawn))] {
			fmt.Printf("%s\n", m.describe())
		}
	}
	return nil
}

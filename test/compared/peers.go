package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// peer is a relay that is measured, or no relay.
type peer struct {
	name string
	port uint16
	stop func()
	pid  int           // 0 when there is no process
	log  *bytes.Buffer // what it said, to be read when it has stopped
}

// clockTick is the unit of processor time in /proc: USER_HZ, 100 on all of Linux.
const clockTick = 100

// processor time of the peer and of what it has started, in seconds; ok is false where
// the system does not tell.
func (p *peer) spent() (seconds float64, ok bool) {
	pids := []string{strconv.Itoa(p.pid)}
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", p.pid, p.pid))
	if p.pid == 0 || err != nil {
		return 0, false
	}
	for _, pid := range append(pids, strings.Fields(string(children))...) {
		stat, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil {
			continue // a child that has ended meanwhile counts for its parent
		}
		_, after, _ := bytes.Cut(stat, []byte(") ")) // state is field 3 of proc(5)
		for _, field := range strings.Fields(string(after))[11:15] {
			ticks, _ := strconv.Atoi(field) // a number by definition
			seconds += float64(ticks) / clockTick
		}
	}
	return seconds, true
}

// memory is the most that was resident of the peer, in MB, 0 where that is not known.
func (p *peer) memory() int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	m := regexp.MustCompile(`VmHWM:\s*(\d+) kB`).FindSubmatch(status)
	if err != nil || m == nil {
		return 0
	}
	kib, _ := strconv.Atoi(string(m[1])) // digits
	return kib << 10 / 1_000_000
}

// spec is how a relay is started that listens on one port and relays to another.
type spec struct {
	name    string
	command func(dir string, port, origin uint16) (*exec.Cmd, error)
	start   func(*exec.Cmd) (stop func(), err error)
}

// specs are the relays that are put beside each other: four modes of this one.
func specs(program string) []spec {
	scope := func(flags ...string) func(string, uint16, uint16) (*exec.Cmd, error) {
		return func(_ string, port, origin uint16) (*exec.Cmd, error) {
			args := append([]string{"proxy", "-l", at(port), "--max-connections", "5000"}, flags...)
			return exec.Command(program, append(args, "rtmp://"+at(origin)+"/live")...), nil
		}
	}
	return []spec{
		{"HAProxy", haproxy, background},
		{"nginx (stream)", nginxStream, background},
		{"socat", socat, background},
		{"rtmpscope", scope("--plain"), background},
		{"rtmpscope --lossless", scope("--plain", "--lossless"), background},
		{"rtmpscope, terminal UI", scope(), onTerminal},
	}
}

// haproxy moves bytes from socket to socket without copying them, where it can.
func haproxy(dir string, port, origin uint16) (*exec.Cmd, error) {
	file := filepath.Join(dir, "haproxy.cfg")
	conf := fmt.Sprintf("global\n maxconn 3000\ndefaults\n mode tcp\n timeout connect 5s\n timeout client 60s\n timeout server 60s\n option splice-auto\n"+
		"frontend f\n bind %s\n default_backend b\nbackend b\n server s %s\n", at(port), at(origin))
	return exec.Command("haproxy", "-db", "-f", file), os.WriteFile(file, []byte(conf), 0o600)
}

func nginxStream(dir string, port, origin uint16) (*exec.Cmd, error) {
	out, err := exec.Command("nginx", "-V").CombinedOutput()
	modules := regexp.MustCompile(`--modules-path=(\S+)`).FindSubmatch(out)
	if err != nil || modules == nil {
		return nil, exec.ErrNotFound
	}
	file := filepath.Join(dir, "stream.conf")
	conf := fmt.Sprintf("load_module %s/ngx_stream_module.so; daemon off; worker_processes 1; pid %s/stream.pid; error_log %s/stream.log;\n"+
		"events { worker_connections 6000; }\nstream { server { listen %s; proxy_pass %s; } }\n", modules[1], dir, dir, at(port), at(origin))
	return exec.Command("nginx", "-p", dir, "-e", filepath.Join(dir, "stream.log"), "-c", file), os.WriteFile(file, []byte(conf), 0o600)
}

func socat(_ string, port, origin uint16) (*exec.Cmd, error) {
	return exec.Command("socat", "-b", "131072", fmt.Sprintf("TCP-LISTEN:%d,bind=127.0.0.1,fork,reuseaddr,nodelay,backlog=512", port), "TCP:"+at(origin)+",nodelay"), nil
}

// background starts a program whose output goes nowhere.
func background(c *exec.Cmd) (stop func(), err error) {
	return func() { end(c) }, c.Start()
}

// startPeers starts the server and every relay that is installed, and names those
// that are not. The first peer is the server itself.
func startPeers(dir, program, self string) (peers []*peer, err error) {
	origin, err := freePort()
	if err != nil {
		return nil, err
	}
	direct := spec{"no relay", func(string, uint16, uint16) (*exec.Cmd, error) {
		return exec.Command(self, "-load", "server", "-to", at(origin)), nil
	}, background}
	p, err := direct.run(dir, origin, origin)
	if err != nil {
		return nil, err
	}
	p.pid = 0 // what it spends is not what a relay spends
	peers = append(peers, p)
	for _, s := range specs(program) {
		port, err := freePort()
		if err != nil {
			return peers, err
		}
		p, err := s.run(dir, port, origin)
		if errors.Is(err, exec.ErrNotFound) {
			fmt.Printf("%s is not installed and is left out.\n\n", s.name)
			continue
		} else if err != nil {
			return peers, fmt.Errorf("%s: %w", s.name, err)
		}
		peers = append(peers, p)
	}
	return peers, nil
}

// run starts the relay and waits until it listens.
func (s spec) run(dir string, port, origin uint16) (*peer, error) {
	c, err := s.command(dir, port, origin)
	if err != nil {
		return nil, err
	}
	p := &peer{name: s.name, port: port, log: new(bytes.Buffer)}
	c.Stderr = p.log
	if p.stop, err = s.start(c); err != nil {
		return nil, err
	}
	p.pid = c.Process.Pid
	return p, listening(port)
}

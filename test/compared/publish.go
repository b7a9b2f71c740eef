package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// showPublish lets ffmpeg publish to nginx through rtmpscope and compares what
// both tools see in the recording with the tags that nginx wrote.
func showPublish(dir, program string) error {
	capture, truth, port, err := publish(dir, program)
	if err != nil {
		return err
	}
	fmt.Println("| a publish of 20 s | audio and video sent | right | lost | false |")
	fmt.Println("|---|---|---|---|---|")
	as := []string{"-d", fmt.Sprintf("tcp.port==%d,rtmpt", port)}
	plain, _, err := tshark(capture, port, as...)
	if err != nil {
		return err
	}
	tuned, _, err := tshark(capture, port, append(as, raised...)...)
	if err != nil {
		return err
	}
	mine, err := ours(program, capture)
	if err != nil {
		return err
	}
	for _, tool := range []struct {
		name string
		got  []shown
	}{{"tshark", plain}, {"tshark, limit raised", tuned}, {"rtmpscope", mine}} {
		s := compare(truth, doubtful(tool.got))
		fmt.Printf("| %s | %d | %d | %d | %d |\n", tool.name, s.sent, s.right+s.mistimed, s.lost, s.wrong)
	}
	fmt.Printf("\n%s.\n", large(truth))
	return nil
}

// doubtful leaves out what the client sent beside media: commands, and the one
// Set Chunk Size that ffmpeg sends. Whatever else there is was never sent.
func doubtful(all []shown) (out []shown) {
	sizes := 0
	for _, m := range all {
		if m.class == "1" && !m.fromServer {
			sizes++
		}
		if !m.fromServer && (m.class == "audio" || m.class == "video" || m.class == "unknown" || m.class == "1" && sizes > 1) {
			out = append(out, m)
		}
	}
	return out
}

// publish records a publish and returns the capture, what was sent and the port
// of the server.
func publish(dir, program string) (capture string, truth []shown, port uint16, err error) {
	server, err := freePort()
	if err != nil {
		return "", nil, 0, err
	}
	proxy, err := freePort()
	if err != nil {
		return "", nil, 0, err
	}
	nginx, err := startNginx(dir, server)
	if err != nil {
		return "", nil, 0, err
	}
	defer end(nginx)
	capture = filepath.Join(dir, "publish.pcapng")
	relay := exec.Command(program, "proxy", "--plain", "-l", at(proxy), "-w", capture, "rtmp://"+at(server))
	relay.Env = append(os.Environ(), "TERM=dumb")
	if err := relay.Start(); err != nil {
		return "", nil, 0, err
	}
	err = errors.Join(listening(server), listening(proxy))
	if err == nil {
		err = encode("rtmp://" + at(proxy) + "/live/x")
	}
	time.Sleep(time.Second) // nginx closes its file behind the client's back
	end(relay)
	if err != nil {
		return "", nil, 0, err
	}
	truth, err = tags(filepath.Join(dir, "x.flv"))
	return capture, truth, server, err
}

func at(port uint16) string { return fmt.Sprintf("127.0.0.1:%d", port) }

func end(c *exec.Cmd) {
	_ = c.Process.Signal(syscall.SIGTERM)
	_ = c.Wait() // it was told to end
}

func startNginx(dir string, port uint16) (*exec.Cmd, error) {
	out, err := exec.Command("nginx", "-V").CombinedOutput()
	modules := regexp.MustCompile(`--modules-path=(\S+)`).FindSubmatch(out)
	if err != nil || modules == nil {
		return nil, fmt.Errorf("nginx with its RTMP module is needed: %w", err)
	}
	conf := fmt.Sprintf("load_module %s/ngx_rtmp_module.so; daemon off; master_process off; pid %s/pid; error_log %s/log;\nevents {}\n"+
		"rtmp { server { listen %s; application live { live on; record all; record_path %s; } } }\n", modules[1], dir, dir, at(port), dir)
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		return nil, err
	}
	c := exec.Command("nginx", "-p", dir, "-e", filepath.Join(dir, "log"), "-c", file)
	return c, c.Start()
}

// encode publishes 20 s of 1080p30 at 6 Mbit/s with AAC, in real time.
func encode(url string) error {
	out, err := exec.Command("ffmpeg", "-nostdin", "-loglevel", "error", "-re",
		"-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=30", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100",
		"-t", "20", "-vf", "noise=alls=20:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "60", "-b:v", "6M", "-maxrate", "6M", "-bufsize", "6M",
		"-c:a", "aac", "-b:a", "128k", "-f", "flv", url).CombinedOutput()
	if err != nil {
		return fmt.Errorf("ffmpeg: %w: %s", err, out)
	}
	return nil
}

// tags reads the audio and video tags of an FLV file (Adobe FLV 10.1, annex
// E.4). Their timestamps are nginx's and are left out, and so is the sequence
// header that nginx writes of its own accord before it comes.
func tags(file string) (all []shown, err error) {
	b, err := os.ReadFile(file)
	if err != nil || len(b) < 13 {
		return nil, fmt.Errorf("nginx recorded nothing: %w", err)
	}
	var before []byte
	for b = b[13:]; len(b) >= 11; {
		size := 11 + int(b[1])<<16 + int(b[2])<<8 + int(b[3]) + 4
		if len(b) < size {
			return nil, errors.New("the recording of nginx is cut")
		}
		if (b[0] == 8 || b[0] == 9) && !bytes.Equal(b[:size], before) {
			all = append(all, shown{class: classOf(int(b[0])), timestamp: -1, length: size - 15})
		}
		before, b = b[:size], b[size:]
	}
	return all, nil
}

// large describes the messages that are above tshark's limit.
func large(all []shown) string {
	n, most := 0, 0
	for _, m := range all {
		if m.length > 32768 {
			n++
		}
		most = max(most, m.length)
	}
	return fmt.Sprintf("%d messages are longer than 32,768 bytes, the longest has %d", n, most)
}

func freePort() (uint16, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return uint16(l.Addr().(*net.TCPAddr).Port), nil
}

// listening waits until somebody accepts connections.
func listening(port uint16) error {
	for range 200 {
		if c, err := net.Dial("tcp", at(port)); err == nil {
			return c.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("nobody listens on port %d", port)
}

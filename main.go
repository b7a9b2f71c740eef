// Command rtmpscope is a transparent RTMP debugging proxy: it forwards every
// byte between a client and a server unchanged and shows what they say.
package main

import (
	"os"

	"github.com/rtmpscope/rtmpscope/ui/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }

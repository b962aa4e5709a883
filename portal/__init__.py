"""The portal: settings, addresses, and the processes that make it run."""

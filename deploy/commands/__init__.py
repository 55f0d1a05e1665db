"""The subcommands of `pavilion`, one module each, imported when the command starts: keep their imports light."""

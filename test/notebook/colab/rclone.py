"""Installs rclone from an archive like upstream's, at an address that is a file: `rclone.py FOLDER`."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

folder = Path(sys.argv[1])
os.environ["XDG_DATA_HOME"] = str(folder)
sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parents[3] / "scripts" / "colab"))
import vaultstream_colab as colab

archive = folder / "rclone.zip"
with zipfile.ZipFile(archive, "w") as release:
    release.writestr(f"{colab.RCLONE}/rclone", "#!/bin/sh\necho rclone of the release\n")

colab.RCLONE_URL = archive.as_uri()
program = colab.BIN / "rclone"
try:
    colab.install_rclone()
    changed = None
except colab.SetupError as error:
    changed = type(error).__name__
is_there = program.exists()
colab.RCLONE_SHA256 = hashlib.sha256(archive.read_bytes()).hexdigest()
colab.install_rclone()
says = subprocess.run([program], stdout=subprocess.PIPE, text=True).stdout.strip()
print(json.dumps({"changed": changed, "isThere": is_there, "says": says}))

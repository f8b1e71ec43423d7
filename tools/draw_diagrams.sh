#!/usr/bin/env bash
# make diagrams: draws every docs/diagrams/*.puml as an SVG beside it, with the pinned PlantUML (MIT-licensed edition) from
# Maven Central. The pictures are committed, so that reading the documents needs none of this. Text widths depend on the
# fonts of the machine; the bytes of two machines may differ where the pictures do not.
set -euo pipefail
cd "$(dirname "$0")/.."
version=1.2026.8
jar=build/tools/plantuml-mit-$version.jar
[ -f "$jar" ] || mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
  "-Dartifact=net.sourceforge.plantuml:plantuml-mit:$version" -DoutputDirectory=build/tools
java -Djava.awt.headless=true -jar "$jar" -tsvg -nometadata -failfast2 -Playout=smetana docs/diagrams/*.puml
echo "Drew $(find docs/diagrams -name '*.svg' | wc -l) pictures in docs/diagrams."

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import { useEffect, useState } from "react";
import { useMessages } from "../../../i18n/language";
import { shown } from "../../../text/plain";
import { messages } from "../messages";
import styles from "./PdfViewer.module.css";
import { type Zoom, ZOOMS } from "./zoom";

interface Props {
  page: number;
  /** 0 while the file is being opened. */
  count: number;
  /** What is printed on the page as its number, where the PDF tells it. */
  label: string;
  onPage: (page: number) => void;
  zoom: Zoom;
  onZoom: (zoom: Zoom) => void;
}

export function Toolbar({ page, count, label, onPage, zoom, onZoom }: Props) {
  const t = useMessages(messages);
  const [typed, setTyped] = useState(String(page));
  useEffect(() => setTyped(String(page)), [page]);

  function goTo(text: string) {
    const number = Math.round(Number(text));
    if (number >= 1 && number <= count) onPage(number);
    else setTyped(String(page));
  }

  const zooms = [
    { value: "width", label: t.wholeWidth },
    ...ZOOMS.map((each) => ({ value: String(each), label: t.percent(each * 100) })),
  ];
  return (
    <div className={styles.toolbar} role="toolbar" aria-label={t.toolbar}>
      <Button
        iconName="angle-left"
        variant="icon"
        ariaLabel={t.previousPage}
        disabled={page <= 1}
        onClick={() => onPage(page - 1)}
      />
      <div className={styles.number}>
        <Input
          type="number"
          inputMode="numeric"
          value={typed}
          ariaLabel={t.pageNumber}
          disabled={!count}
          onChange={({ detail }) => setTyped(detail.value)}
          onKeyDown={({ detail }) => detail.key === "Enter" && goTo(typed)}
          onBlur={() => goTo(typed)}
        />
      </div>
      <Box variant="span">{t.ofPages(count)}</Box>
      <Button
        iconName="angle-right"
        variant="icon"
        ariaLabel={t.nextPage}
        disabled={page >= count}
        onClick={() => onPage(page + 1)}
      />
      {label && label !== String(page) && (
        <div className={styles.label}>
          <Box variant="span">{t.printedAs(shown(label))}</Box>
        </div>
      )}
      <div className={styles.zoom}>
        <Select
          ariaLabel={t.zoom}
          options={zooms}
          selectedOption={zooms.find((each) => each.value === String(zoom)) ?? null}
          onChange={({ detail: { selectedOption } }) =>
            onZoom(selectedOption.value === "width" ? "width" : Number(selectedOption.value))
          }
        />
      </div>
    </div>
  );
}
